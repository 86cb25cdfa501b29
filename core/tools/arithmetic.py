"""Works out an arithmetic expression: read as a syntax tree, of which only arithmetic is understood.

Whole numbers are exact, others have 28 digits. What would take long is refused before it is worked out.
"""

import ast
import math
import operator
from collections.abc import Callable
from decimal import Context, Decimal, DecimalException, InvalidOperation

LONGEST = 500
DEEPEST = 60
MOST_BITS = 20_000
LARGEST_FACTORIAL = 1_000

Number = int | Decimal

CONTEXT = Context(prec=34, Emax=6_000, Emin=-6_000)
SHOWN = Context(prec=28)
CONSTANTS = {"pi": Decimal("3.141592653589793238462643383279503"), "e": Decimal("2.718281828459045235360287471352662")}


class NotArithmetic(ValueError):
    """It cannot be worked out; the message says why."""


def result(expression: str) -> str:
    """The value of an expression. Raises NotArithmetic."""
    if len(expression) > LONGEST:
        raise NotArithmetic(f"An expression has at most {LONGEST} characters.")
    try:
        tree = ast.parse(_spelled(expression), mode="eval")
        return _shown(_value(tree.body, 0))
    except (SyntaxError, RecursionError, MemoryError, ValueError) as error:
        raise error if isinstance(error, NotArithmetic) else NotArithmetic("This is not an expression.") from None
    except ZeroDivisionError:
        raise NotArithmetic("This divides by zero.") from None
    except (DecimalException, OverflowError, TypeError):
        raise NotArithmetic("This has no value that can be worked out.") from None


def _spelled(expression: str) -> str:
    """In the signs of a program, where people write others."""
    for sign, means in (("^", "**"), ("\N{MULTIPLICATION SIGN}", "*"), ("\N{DIVISION SIGN}", "/")):
        expression = expression.replace(sign, means)
    return expression.strip()


def _value(node: ast.expr, depth: int) -> Number:
    if depth > DEEPEST:
        raise NotArithmetic("This is nested too deeply.")
    match node:
        case ast.Constant(value=bool()):
            raise NotArithmetic("Only numbers can be worked with.")
        case ast.Constant(value=int(whole)):
            return _bounded(whole)
        case ast.Constant(value=float(number)):
            return CONTEXT.create_decimal(repr(number))
        case ast.Name(id=name) if name in CONSTANTS:
            return CONSTANTS[name]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand, depth + 1)
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return _value(operand, depth + 1)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            return OPERATORS[type(op)](_value(left, depth + 1), _value(right, depth + 1))
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if name in FUNCTIONS:
            return FUNCTIONS[name](*(_value(argument, depth + 1) for argument in arguments))
    raise NotArithmetic("Only numbers, + - * / // % **, brackets and the named functions can be worked with.")


def _power(base: Number, exponent: Number) -> Number:
    if isinstance(base, int) and isinstance(exponent, int) and exponent >= 0:
        if base.bit_length() * exponent > MOST_BITS:
            raise NotArithmetic("The result is too large.")
        whole: int = base**exponent
        return whole
    return CONTEXT.power(Decimal(base), Decimal(exponent))


def _divide(left: Number, right: Number) -> Number:
    if isinstance(left, int) and isinstance(right, int) and right and left % right == 0:
        return left // right
    if not right:
        raise ZeroDivisionError
    return CONTEXT.divide(Decimal(left), Decimal(right))


def _floored(left: Number, right: Number) -> Number:
    """Rounded down, also below zero, as for whole numbers."""
    if isinstance(left, int) and isinstance(right, int):
        return left // right
    return math.floor(_divide(left, right))


def _rest(left: Number, right: Number) -> Number:
    return _plain(operator.sub, left, _plain(operator.mul, _floored(left, right), right))


def _plain(work: Callable[[Number, Number], Number], left: Number, right: Number) -> Number:
    if isinstance(left, int) and isinstance(right, int):
        return _bounded(work(left, right))
    return CONTEXT.plus(Decimal(work(Decimal(left), Decimal(right))))


def _bounded(number: Number) -> Number:
    if isinstance(number, int) and number.bit_length() > MOST_BITS:
        raise NotArithmetic("The result is too large.")
    return number


def _by_float(work: Callable[[float], float]) -> Callable[[Number], Number]:
    def worked(number: Number) -> Number:
        value = work(float(number))
        if not math.isfinite(value):
            raise InvalidOperation
        return Context(prec=15).create_decimal(repr(value))

    return worked


def _round(number: Number, digits: Number = 0) -> Number:
    if abs(int(digits)) > 100:
        raise NotArithmetic("That many digits are too many.")
    return round(Decimal(number), int(digits)) if digits else round(number)


def _factorial(number: Number) -> Number:
    if not isinstance(number, int) or not 0 <= number <= LARGEST_FACTORIAL:
        raise NotArithmetic(f"A factorial is that of a whole number up to {LARGEST_FACTORIAL}.")
    return math.factorial(number)


def _logarithm(number: Number, base: Number | None = None) -> Number:
    natural = CONTEXT.ln(Decimal(number))
    return natural if base is None else CONTEXT.divide(natural, CONTEXT.ln(Decimal(base)))


def _shown(number: Number) -> str:
    if isinstance(number, int):
        return str(_bounded(number)) if number.bit_length() <= MOST_BITS // 2 else f"{Decimal(number):.27e}"
    if not number.is_finite():
        raise InvalidOperation
    plain = number.normalize(SHOWN)
    return f"{plain:f}" if -10 <= plain.adjusted() <= 27 else str(plain)


OPERATORS: dict[type[ast.operator], Callable[[Number, Number], Number]] = {
    ast.Add: lambda left, right: _plain(operator.add, left, right),
    ast.Sub: lambda left, right: _plain(operator.sub, left, right),
    ast.Mult: lambda left, right: _plain(operator.mul, left, right),
    ast.Div: _divide,
    ast.FloorDiv: _floored,
    ast.Mod: _rest,
    ast.Pow: _power,
}
FUNCTIONS: dict[str, Callable[..., Number]] = {
    "sqrt": lambda number: CONTEXT.sqrt(Decimal(number)),
    "exp": lambda number: CONTEXT.exp(Decimal(number)),
    "log": _logarithm,
    "log10": lambda number: CONTEXT.log10(Decimal(number)),
    "log2": lambda number: _logarithm(number, 2),
    "abs": abs,
    "min": min,
    "max": max,
    "round": _round,
    "floor": math.floor,
    "ceil": math.ceil,
    "factorial": _factorial,
    "sin": _by_float(math.sin),
    "cos": _by_float(math.cos),
    "tan": _by_float(math.tan),
    "asin": _by_float(math.asin),
    "acos": _by_float(math.acos),
    "atan": _by_float(math.atan),
}

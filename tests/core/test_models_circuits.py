from core.circuits import FAULTS_IN_A_ROW, FIRST_REST_S, LONGEST_REST_S, Circuit, Circuits


def opened() -> Circuit:
    circuit = Circuit()
    for _ in range(FAULTS_IN_A_ROW):
        circuit.failed(0.0)
    return circuit


def test_a_few_faults_keep_it_closed_and_one_success_forgets_them() -> None:
    circuit = Circuit()
    for _ in range(10):
        for _ in range(FAULTS_IN_A_ROW - 1):
            assert circuit.admit(0.0) == 0.0
            assert not circuit.failed(0.0)
        circuit.well()


def test_faults_in_a_row_open_it_and_everybody_is_told_at_once() -> None:
    circuit = opened()
    assert circuit.admit(1.0) == FIRST_REST_S - 1.0


def test_after_its_rest_one_request_probes_and_the_others_wait() -> None:
    circuit = opened()
    assert circuit.admit(FIRST_REST_S) == 0.0
    assert circuit.admit(FIRST_REST_S) > 0
    circuit.well()
    assert circuit.admit(FIRST_REST_S) == 0.0


def test_a_probe_that_fails_makes_the_rest_longer_up_to_a_limit() -> None:
    circuit, now, rests = opened(), 0.0, []
    for _ in range(8):
        rests.append(circuit.admit(now))
        now += rests[-1]
        assert circuit.admit(now) == 0.0
        circuit.failed(now)
    assert rests[:3] == [FIRST_REST_S, 2 * FIRST_REST_S, 4 * FIRST_REST_S]
    assert rests[-1] == LONGEST_REST_S


def test_a_probe_that_is_called_off_lets_another_one_probe() -> None:
    circuit = opened()
    assert circuit.admit(FIRST_REST_S) == 0.0
    circuit.called_off()
    assert circuit.admit(FIRST_REST_S) == 0.0


def test_faults_of_requests_from_before_do_not_make_the_rest_longer() -> None:
    circuit = opened()
    circuit.failed(5.0)
    assert circuit.admit(FIRST_REST_S) == 0.0


def test_the_circuits_of_those_used_longest_ago_are_forgotten() -> None:
    circuits = Circuits(most=2)
    first = circuits.of("a")
    circuits.of("b")
    assert circuits.of("a") is first
    circuits.of("c")
    assert circuits.of("a") is first

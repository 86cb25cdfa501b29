from bots.discord.signs import LEAST_GAP_S, Signs


async def test_one_sign_in_a_channel_is_enough_for_all_replies_there() -> None:
    now, shown = [0.0], list[float]()

    async def typing() -> None:
        shown.append(now[0])

    signs = Signs(lambda: now[0])
    for moment in (0.0, 1.0, LEAST_GAP_S, LEAST_GAP_S + 1.0):
        now[0] = moment
        await signs.show(1, typing)
    assert shown == [0.0, LEAST_GAP_S]
    await signs.show(2, typing)
    assert len(shown) == 3

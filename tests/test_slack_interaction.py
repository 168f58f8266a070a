"""What a button that was pressed, or a shortcut, tells."""

from bot.slack.interaction import Interaction

MESSAGE = {"ts": "2.0", "thread_ts": "1.0", "text": "Who?"}


def test_it_knows_its_place_and_how_to_answer() -> None:
    """An answer goes into the thread around the message."""
    where = {"channel": {"id": "C1"}, "message": MESSAGE, "container": {"is_ephemeral": True}}
    pressed = Interaction.of({"trigger_id": "t", "response_url": "https://hooks.slack.com/x", **where})
    assert (pressed.trigger_id, pressed.channel, pressed.message, pressed.text) == ("t", "C1", "2.0", "Who?")
    assert (pressed.thread, pressed.below, pressed.is_ephemeral) == ("1.0", "1.0", True)
    assert pressed.response_url == "https://hooks.slack.com/x"
    assert "hooks" not in repr(pressed)


def test_a_message_outside_a_thread_begins_one() -> None:
    """But is in none yet."""
    pressed = Interaction.of({"message": {"ts": "2.0"}})
    assert (pressed.thread, pressed.below) == ("", "2.0")


def test_from_nowhere_there_is_nothing() -> None:
    """In a view, or by a shortcut that is offered everywhere; Slack says null as well as nothing."""
    pressed = Interaction.of({"channel": None, "message": None, "container": None, "view": {"id": "V1"}})
    assert (pressed.channel, pressed.below, pressed.response_url, pressed.view) == ("", "", "", {"id": "V1"})

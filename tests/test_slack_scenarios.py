"""What people ask in Slack, and how it is answered there: over Socket Mode and over HTTP."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from pathlib import Path

import pytest

from bot.slack.actions import SHOW_CLOSEST
from fakeslack.faults import delay
from fakeslack.workspace import Channel
from tests.slack_house import House, house, quoting, shown


@pytest.fixture(params=["socket", "http"])
async def home(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[House]:
    """A house whose service listens."""
    tables = {"CUNASKED": {"unasked": True}}
    async with house(tmp_path, request.param, slack_channels=tables) as made, made.open():
        yield made


async def asked(home: House, channel: Channel, text: str, thread: str | None = None) -> str:
    """The ts of a mention that says that."""
    delivered = await home.slack.user().mention(channel, text, thread)
    assert delivered.acked
    return str(delivered.message.ts)


# Asking


async def test_a_mention_is_answered_in_its_thread_with_sources_and_thumbs(home: House) -> None:
    """The whole journey: one message, with the words of the source and what can be done with it."""
    channel = home.slack.channel()
    ts = await asked(home, channel, "Who leads the mission?")
    reply = await home.reply(channel, ts)
    assert "Kenya leads the mission. [1]" in shown(reply)
    assert "Haiti" in shown(reply)
    assert reply.thread_ts == ts
    assert "feedback_buttons" in str(reply.blocks)
    assert len(home.replies(channel)) == 1
    assert [one.question for one in home.answering.asked] == ["Who leads the mission?"]


async def test_a_working_sign_is_shown_and_taken_away(home: House) -> None:
    """Whoever asks sees at once that something happens, and never afterwards that it still does."""
    gate = asyncio.Event()

    async def slow(question: str) -> AsyncGenerator[str, None]:
        await gate.wait()
        yield "Kenya leads the mission."

    home.answering.scripts["Who?"] = slow
    channel = home.slack.channel()
    ts = await asked(home, channel, "Who?")
    await home.until(lambda: home.slack.world.statuses.get((channel.id, ts)))
    gate.set()
    await home.reply(channel, ts)
    await home.until(lambda: not home.slack.world.statuses.get((channel.id, ts)))


async def test_a_mention_in_a_thread_is_answered_there_with_its_context(home: House) -> None:
    """What people said before the bot was asked is what "it" means."""
    channel, ben = home.slack.channel(), home.slack.user("ben")
    root = (await ben.say(channel, "The mission in Haiti costs a lot.")).message.ts
    ts = await asked(home, channel, "Who pays for it?", root)
    await home.reply(channel, root)
    (one,) = home.answering.asked
    assert [turn.question for turn in one.turns] == ["The mission in Haiti costs a lot."]
    assert ts != root


async def test_a_follow_up_needs_no_mention(home: House) -> None:
    """In a thread of ours the conversation goes on; it is one conversation."""
    channel = home.slack.channel()
    ts = await asked(home, channel, "Who leads the mission?")
    await home.reply(channel, ts)
    await home.slack.user("ben").say(channel, "And who pays for it?", ts)
    await home.reply(channel, ts, 2)
    first, second = home.answering.asked
    assert second.question == "And who pays for it?"
    assert second.conversation == first.conversation
    assert [turn.question for turn in second.turns] == ["Who leads the mission?"]


async def test_a_follow_up_may_be_asked_before_the_first_answer_is_there(home: House) -> None:
    """It waits for it, and builds on it."""
    gate = asyncio.Event()

    async def slow(question: str) -> AsyncGenerator[str, None]:
        await gate.wait()
        yield "Kenya leads the mission."

    home.answering.scripts["Who leads the mission?"] = slow
    channel, ana = home.slack.channel(), home.slack.user()
    ts = await asked(home, channel, "Who leads the mission?")
    await ana.say(channel, "And who pays for it?", ts)
    await ana.say(channel, "Since when?", ts)
    gate.set()
    await home.reply(channel, ts, 3)
    said = [[turn.question for turn in one.turns] for one in home.answering.asked]
    assert said == [
        [],
        ["Who leads the mission?"],
        ["Who leads the mission?", "And who pays for it?"],
    ]


async def test_nobody_is_answered_in_a_thread_that_is_not_ours(home: House) -> None:
    """People talk to each other."""
    channel, ana = home.slack.channel(), home.slack.user()
    root = (await ana.say(channel, "Who leads the mission?")).message.ts
    assert (await ana.say(channel, "And who pays?", root)).acked
    await home.quiet()
    assert home.answering.asked == []


async def test_people_may_talk_to_each_other_in_a_thread_of_ours(home: House) -> None:
    """What begins with somebody's name is for them."""
    channel, ben = home.slack.channel(), home.slack.user("ben")
    ts = await asked(home, channel, "Who leads the mission?")
    await home.reply(channel, ts)
    await ben.say(channel, f"<@{home.slack.user().id}> is that true?", ts)
    await home.quiet()
    assert len(home.answering.asked) == 1


async def test_one_message_that_is_told_of_twice_is_answered_once(home: House) -> None:
    """Slack sends a mention as two events; and each of them more than once if it likes."""
    channel, ana = home.slack.channel(), home.slack.user()
    delivered = await ana.mention(channel, "Who leads the mission?")
    home.slack.delivery.duplicate(delivered, 3)
    await home.reply(channel, delivered.message.ts)
    home.slack.delivery.duplicate(delivered, 1, later=30.0)
    await home.slack.clock.asleep()
    await home.slack.clock.advance(31)
    await home.quiet()
    assert len(home.replies(channel)) == len(home.answering.asked) == 1


async def test_our_own_messages_and_other_bots_ask_nothing(home: House) -> None:
    """The answer's own echo, and a bot that quotes us, start no new answer."""
    channel = home.slack.channel()
    home.answering.answers["Who?"] = quoting(f"<@{home.slack.world.teams['T1'].bot_user}> Who?")
    ts = await asked(home, channel, "Who?")
    await home.reply(channel, ts)
    event = {
        "type": "message",
        "subtype": "bot_message",
        "bot_id": "B99",
        "channel": channel.id,
        "channel_type": "channel",
    }
    bot = home.slack.world.teams["T1"].bot_user
    await home.slack.delivery.tell({**event, "text": f"<@{bot}> Who?", "thread_ts": ts, "ts": "99.1"}, "T1")
    await home.quiet()
    assert len(home.answering.asked) == 1


@pytest.mark.parametrize("text", ["", ":wave:"])
async def test_who_asks_nothing_gets_help(home: House, text: str) -> None:
    """With examples to press, and without a search."""
    channel = home.slack.channel()
    ts = await asked(home, channel, text)
    reply = await home.reply(channel, ts)
    if not text:
        assert "Who leads the mission?" in shown(reply)
        assert home.answering.asked == []


async def test_a_question_that_is_too_long_is_told_so(home: House) -> None:
    """In words, with the limit."""
    channel = home.slack.channel()
    ts = await asked(home, channel, "why " * 10_000)
    assert "2000" in shown(await home.reply(channel, ts)).replace(",", "")


async def test_direct_messages_are_conversations_of_their_own(home: House) -> None:
    """Each message on the top level begins one; what is said below it goes on."""
    ana = home.slack.user()
    first = (await ana.dm("Who leads the mission?")).message.ts
    reply = await home.reply(ana.direct, first)
    assert reply.thread_ts == first
    await ana.dm("And who pays?", first)
    await home.reply(ana.direct, first, 2)
    second = (await ana.dm("Another question?")).message.ts
    await home.reply(ana.direct, second)
    conversations = [one.conversation for one in home.answering.asked]
    assert conversations[0] == conversations[1] != conversations[2]


async def test_what_a_person_looks_at_is_what_they_ask_about(home: House) -> None:
    """Beside a message, "it" is what that message speaks of."""
    channel, ana = home.slack.channel(), home.slack.user()
    seen = (await home.slack.user("ben").say(channel, "The mission in Haiti is expensive.")).message
    await ana.look_at(seen)
    ts = (await ana.dm("Who pays for it?")).message.ts
    await home.reply(ana.direct, ts)
    assert [turn.question for turn in home.answering.asked[0].turns] == ["The mission in Haiti is expensive."]


async def test_an_assistant_of_the_older_kind_still_works(home: House) -> None:
    """It suggests questions in the thread that Slack begins, and answers there."""
    ana = home.slack.user()
    root = (await ana.open_assistant()).message
    await home.until(lambda: home.slack.calls_of("assistant.threads.setSuggestedPrompts"))
    assert (await ana.switch_assistant(root, home.slack.channel())).acked
    await ana.dm("Who leads the mission?", root.ts)
    await home.until(lambda: len(home.replies(ana.direct, root.ts)) >= 2)
    await home.quiet()
    assert "Kenya" in shown(home.replies(ana.direct, root.ts)[-1])


# Asking in other words, or not at all


async def test_an_edited_question_gets_its_answer_updated(home: House) -> None:
    """The same message then answers the new words."""
    channel, ana = home.slack.channel(), home.slack.user()
    delivered = await ana.mention(channel, "Who leads the mission?")
    before = await home.reply(channel, delivered.message.ts)
    home.answering.answers["Who pays for it?"] = quoting("The United States pays most of it.")
    await ana.edit(delivered.message, f"<@{home.slack.world.teams['T1'].bot_user}> Who pays for it?")
    await home.until(lambda: len(home.answering.asked) == 2)
    await home.quiet()
    (after,) = home.replies(channel, delivered.message.ts)
    assert after.ts == before.ts
    assert "The United States pays" in shown(after)


async def test_an_edited_question_does_not_build_on_its_own_first_answer(home: House) -> None:
    """Nor on what was asked after it."""
    channel, ana = home.slack.channel(), home.slack.user()
    delivered = await ana.mention(channel, "Who leads the mission?")
    ts = delivered.message.ts
    await home.reply(channel, ts)
    await ana.say(channel, "And who pays?", ts)
    await home.reply(channel, ts, 2)
    await ana.edit(delivered.message, f"<@{home.slack.world.teams['T1'].bot_user}> Who leads it?")
    await home.until(lambda: len(home.answering.asked) == 3)
    await home.quiet()
    assert home.answering.asked[-1].turns == ()


async def test_a_question_edited_before_its_answer_is_answered_as_it_is_now(home: House) -> None:
    """What was being written to the old words is not seen."""

    async def never(question: str) -> AsyncGenerator[str, None]:
        yield "Kenya leads the mission."
        await asyncio.Event().wait()

    home.answering.scripts["Who?"] = never
    channel, ana = home.slack.channel(), home.slack.user()
    delivered = await ana.mention(channel, "Who?")
    await home.until(lambda: home.replies(channel))
    await ana.edit(delivered.message, f"<@{home.slack.world.teams['T1'].bot_user}> Who leads the mission?")
    await home.quiet()
    (reply,) = home.replies(channel, delivered.message.ts)
    assert shown(reply).count("Kenya leads the mission.") >= 1
    assert not reply.streaming
    assert home.answering.asked[-1].question == "Who leads the mission?"


async def test_an_edit_that_changes_nothing_asks_nothing(home: House) -> None:
    """Slack also calls it an edit when a link's preview appears."""
    channel, ana = home.slack.channel(), home.slack.user()
    delivered = await ana.mention(channel, "Who leads the mission?")
    await home.reply(channel, delivered.message.ts)
    await ana.edit(delivered.message, delivered.message.text)
    await home.quiet()
    assert len(home.answering.asked) == 1


@pytest.mark.parametrize("answered", [True, False])
async def test_a_deleted_question_has_no_answer(home: House, answered: bool) -> None:
    """Neither one that stands there nor one that is still being written."""

    async def never(question: str) -> AsyncGenerator[str, None]:
        yield "Kenya leads the mission."
        await asyncio.Event().wait()

    if not answered:
        home.answering.scripts["Who?"] = never
    channel, ana = home.slack.channel(), home.slack.user()
    delivered = await ana.mention(channel, "Who?")
    if answered:
        await home.reply(channel, delivered.message.ts)
    else:
        await home.until(lambda: home.replies(channel))
    await ana.delete(delivered.message)
    await home.until(lambda: not home.replies(channel))
    await home.quiet()
    assert home.slack.world.open_streams() == []


async def test_an_answer_can_be_stopped(home: House) -> None:
    """What was written stays, says that it was stopped, and nothing looks as if it went on."""

    async def endless(question: str) -> AsyncGenerator[str, None]:
        yield "Kenya leads the mission."
        await asyncio.Event().wait()

    home.answering.scripts["Who?"] = endless
    ana = home.slack.user()
    ts = (await ana.dm("Who?")).message.ts
    await home.until(lambda: home.replies(ana.direct, ts))
    assert (await ana.stop(ana.direct, ts)).acked
    await home.quiet()
    (reply,) = home.replies(ana.direct, ts)
    assert "Kenya leads the mission." in shown(reply)
    assert "Stopped" in shown(reply)
    assert home.slack.world.open_streams() == []
    await home.until(lambda: home.slack.world.sessions[ana.direct.id, ts] == "active")
    assert (await ana.rename_session(ana.direct, ts, "Mission")).acked


async def test_words_that_slack_has_shown_but_not_confirmed_survive_a_stop(home: House) -> None:
    """The asker sees them before the bot knows that they are there."""

    async def endless(question: str) -> AsyncGenerator[str, None]:
        yield "Kenya leads the mission."
        await asyncio.Event().wait()

    home.answering.scripts["Who?"] = endless
    home.slack.faults.add("chat.startStream", delay(5, processed=True))
    ana = home.slack.user()
    ts = (await ana.dm("Who?")).message.ts
    await home.until(lambda: home.replies(ana.direct, ts))
    assert (await ana.stop(ana.direct, ts)).acked
    await home.slack.clock.asleep()
    await home.slack.clock.advance(5)
    await home.quiet()
    (reply,) = home.replies(ana.direct, ts)
    assert "Kenya leads the mission." in shown(reply)
    assert "Stopped" in shown(reply)


# Answers


async def test_what_a_model_writes_is_streamed_and_ends_with_its_sources(home: House) -> None:
    """Sentence by sentence, in one message."""
    gate = asyncio.Event()

    async def two(question: str) -> AsyncGenerator[str, None]:
        yield "Kenya leads the mission."
        await gate.wait()
        yield "The United States pays most of it."

    home.answering.scripts["Who?"] = two
    channel = home.slack.channel()
    ts = await asked(home, channel, "Who?")
    (early,) = await home.until(lambda: home.replies(channel, ts))
    assert early.streaming
    assert "Kenya leads the mission." in early.text
    gate.set()
    late = await home.reply(channel, ts)
    assert late.ts == early.ts
    assert not late.streaming
    assert "The United States pays most of it." in late.text
    assert "feedback_buttons" in str(late.blocks)
    assert len(home.replies(channel)) == 1


async def test_what_the_documents_do_not_answer_is_said_with_the_closest_passages(home: House) -> None:
    """And that it should be answered can be said, too."""
    from tests.records import an_abstention

    home.answering.answers["What is the capital of Peru?"] = an_abstention()
    channel = home.slack.channel()
    ts = await asked(home, channel, "What is the capital of Peru?")
    reply = await home.reply(channel, ts)
    assert "The documents do not say." in shown(reply)
    assert "The mission began in 2024." in shown(reply)
    assert SHOW_CLOSEST in str(reply.blocks)
    assert "footnote_missing" in str(reply.blocks)


async def test_hostile_words_reach_nobody(home: House) -> None:
    """Whatever documents and models say, nobody is called, nothing is linked, nothing is fetched."""
    hostile = "<!channel> <@U1> &lt;!here> ![x](http://evil.test/a.png) [a](javascript:x) http://evil.test \u202etxt"

    async def obeying(question: str) -> AsyncGenerator[str, None]:
        yield hostile

    home.answering.scripts["stream"] = obeying
    home.answering.answers["quote"] = quoting(hostile)
    channel = home.slack.channel()
    for question in ("stream", "quote"):
        reply = await home.reply(channel, await asked(home, channel, question))
        assert "<!" not in reply.text
        assert "<@" not in reply.text
        assert "\u202e" not in str(reply.as_json())
        assert not reply.unfurls
    posts = [one.arguments for one in home.slack.calls_of("chat.postMessage")]
    assert all(one["unfurl_links"] is False for one in posts)


async def test_a_channel_may_be_answered_unasked(home: House) -> None:
    """Where its settings say so, and only if the documents answer: nobody asked us."""
    channel, ana = home.slack.channel("unasked"), home.slack.user()
    del home.slack.world.teams["T1"].channels[channel.id]
    channel.id = "CUNASKED"
    home.slack.world.teams["T1"].channels["CUNASKED"] = channel
    from tests.records import an_abstention

    home.answering.answers["Who will win the cup?"] = an_abstention()
    await ana.say(channel, "Who will win the cup?")
    await ana.say(channel, "Good morning everyone")
    ts = (await ana.say(channel, "Who leads the mission?")).message.ts
    await home.reply(channel, ts)
    assert len(home.replies(channel)) == 1
    assert {one.question for one in home.answering.asked} == {"Who will win the cup?", "Who leads the mission?"}


async def test_a_question_can_be_a_file(home: House) -> None:
    """Its text is what is asked, if nothing else is said."""
    ana = home.slack.user()
    ts = (await ana.upload(ana.direct, "question.txt", b"Who leads the mission?\n")).message.ts
    await home.reply(ana.direct, ts)
    assert [one.question for one in home.answering.asked] == ["Who leads the mission?"]


@pytest.mark.parametrize(
    ("name", "content"),
    [("question.exe", b"MZ"), ("big.txt", b"why " * 600_000), ("broken.pdf", b"%PDF-nothing"), ("empty.txt", b"")],
)
async def test_a_file_that_cannot_be_read_is_said_so(home: House, name: str, content: bytes) -> None:
    """Of the wrong kind, too large, damaged or empty: in a plain sentence."""
    ana = home.slack.user()
    ts = (await ana.upload(ana.direct, name, content)).message.ts
    assert name in shown(await home.reply(ana.direct, ts))
    assert home.answering.asked == []


async def test_an_inviter_is_greeted(home: House) -> None:
    """Once, and only when it is the bot who comes."""
    channel, ana = home.slack.channel("new", with_bot=False), home.slack.user()
    await ana.join(channel)
    delivered = await ana.invite_bot(channel)
    home.slack.delivery.duplicate(delivered, 2)
    await home.until(lambda: home.replies(channel))
    await home.quiet()
    (greeting,) = home.replies(channel)
    assert "Who leads the mission?" in shown(greeting)


async def test_whatever_else_slack_tells_is_acknowledged(home: House) -> None:
    """Slack gives up on apps that do not answer."""
    for event in ({"type": "channel_rename"}, {"type": "reaction_added", "user": "U1"}, {"type": "pin_added"}):
        assert (await home.slack.delivery.tell(event, "T1")).acked

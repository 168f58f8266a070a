"""Slack in a terminal, without Slack: a person types, and sees what the app makes of it."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from fakeslack.activity import Activity, Patience
from fakeslack.delivery import Delivered
from fakeslack.elements import NotThere
from fakeslack.forms import Forms, is_field
from fakeslack.lines import Lines
from fakeslack.people import Person
from fakeslack.preview.elements import label_of
from fakeslack.preview.entries import Entries
from fakeslack.preview.html_preview import html_page
from fakeslack.preview.parts import Box, Button, Option
from fakeslack.preview.presses import Press, SubmitView, SuggestedPrompt
from fakeslack.screen import Screen
from fakeslack.server import FakeSlack
from fakeslack.watching import Watching
from fakeslack.workspace import Channel, Message, View

ANSWER_MESSAGE = "footnote_answer_message"  # the shortcuts that the app has registered
ASK = "footnote_ask"
WITHOUT_CONNECTION = "connection_failed"

GREETING = "You are in #general. Ask the app something; /help says what else there is, Ctrl-D ends."
HELP = """\
TEXT            asks the app in #general; within a thread, says that there
/new            leaves the thread
/say TEXT       says something in #general without asking the app
/dm TEXT        asks the app where nobody else reads
/ask QUESTION   asks with the slash command; only you see the answer
/edit TEXT      changes your last message
/delete         takes your last message back
/stop           presses the stop button while the app is at work; so does Ctrl-C
/press N        presses what has that number
/type N TEXT    types into the field that has that number
/submit [TEXT]  hands the modal in, with TEXT in its first field
/close          closes the modal
/home           opens the app's Home tab
/messages       opens the app's Messages tab, with what it suggests to ask
/answer         chooses "Answer this message" in the menu of your last message
/form           chooses "Ask a question" in the menu of shortcuts
/as NAME        goes on as somebody else
/html FILE      writes all that you see as a page for a browser
/help           shows this
/quit           ends; Ctrl-D does, too"""


async def session(
    slack: FakeSlack,
    ask_line: Callable[[], Awaitable[str]],
    out: Console,
    *,
    busy: Callable[[], bool] | None = None,
    patience: Patience | None = None,
) -> None:
    """Until `/quit`, or until `ask_line` raises EOFError; the app must be running beside it.

    `busy` says whether the app still works on something that cannot be seen in Slack yet. Lines that a program sends
    are carried out one after the other, each once the app has answered the one before; but a `/stop` as soon as there
    is something to stop.
    """
    lines = Lines(ask_line)
    try:
        await Session(slack, lines, out, patience or Patience(), busy).run()
    except EOFError:
        return
    finally:
        await lines.close()


@dataclass(frozen=True, slots=True)
class _Seat:
    """Somebody, with what they see and what they have typed into modals."""

    person: Person
    screen: Screen
    forms: Forms


class Session:
    """One person's turn after the other; everybody sees their own screen."""

    def __init__(
        self, slack: FakeSlack, lines: Lines, out: Console, patience: Patience, busy: Callable[[], bool] | None
    ) -> None:
        self._slack = slack
        self._lines = lines
        self._out = out
        self._patience = patience
        self._activity = Activity(slack.world, patience, busy)
        self._watching = Watching(self._activity, lines, out, self._stop_button)
        self._channel = slack.channel()
        self._seats: dict[str, _Seat] = {}
        self._thread: tuple[Channel, str] | None = None
        self._last: Message | None = None
        self._problems = len(slack.problems)
        self._become("ana")
        self._commands: dict[str, Callable[[str], Awaitable[None]]] = {
            "/answer": self._answer,
            "/as": self._as,
            "/ask": self._ask,
            "/close": self._close,
            "/delete": self._delete,
            "/dm": self._dm,
            "/edit": self._edit,
            "/form": self._form,
            "/help": self._help,
            "/home": self._home,
            "/html": self._html,
            "/messages": self._messages,
            "/new": self._new,
            "/press": self._press,
            "/say": self._say,
            "/stop": self._stop,
            "/submit": self._submit,
            "/type": self._type,
        }

    async def run(self) -> None:
        """Until `/quit`. Raises EOFError when there are no more lines."""
        if self._out.is_terminal:
            self._screen.line(GREETING)
        while (line := await self._lines.next()) != "/quit":
            if line:
                await self._take(line)

    async def _take(self, line: str) -> None:
        """What goes wrong with one line is said in one line; the next may be right."""
        command, _, rest = line.partition(" ")
        try:
            if line.startswith("/"):
                await self._commands.get(command, self._unknown)(rest.strip())
            else:
                await self._text(line)
        except NotThere as problem:
            self._complain(f"that cannot be done: {problem}")
        self._report_problems()

    # Asking

    async def _text(self, text: str) -> None:
        if self._thread is None:
            await self._question(self._person.mention(self._channel, text))
        else:
            channel, thread = self._thread
            await self._question(self._person.say(channel, text, thread))

    async def _say(self, text: str) -> None:
        delivered = await self._do(self._person.say(self._channel, text), self._patience.press_s)
        self._last = delivered.message if delivered else self._last

    async def _dm(self, text: str) -> None:
        await self._question(self._person.dm(text))

    async def _ask(self, text: str) -> None:
        await self._do(
            self._person.command("/ask", text, self._channel), self._patience.first_s, "the app has not answered"
        )

    async def _question(self, deed: Awaitable[Delivered]) -> None:
        """What is asked begins a thread, or stands in the one that has been begun."""
        before = self._activity.trace()
        delivered = await deed
        if delivered.message is not None:
            self._last = delivered.message
            self._thread = (self._channel_of(delivered.message), delivered.message.thread)
        await self._see(before, delivered, self._patience.first_s, "the app has not answered")

    async def _edit(self, text: str) -> None:
        last = self._mine()
        mention = f"<@{self._slack.world.team_of(last.channel).bot_user}>"
        new = f"{mention} {text}" if last.text.startswith(mention) else text
        await self._do(self._person.edit(last, new), self._patience.press_s)

    async def _delete(self, _: str) -> None:
        await self._do(self._person.delete(self._mine()), self._patience.press_s)
        self._last = None

    async def _stop(self, _: str = "") -> None:
        await self._do(self._stop_button(), self._patience.press_s)

    async def _stop_button(self) -> Delivered:
        if self._thread is None:
            raise NotThere("the app is not at work in a thread of yours")
        return await self._person.stop(*self._thread)

    async def _new(self, _: str) -> None:
        self._thread = None
        self._screen.line("what you say next begins another thread")

    # Pressing

    async def _press(self, number: str) -> None:
        press = self._numbered(number)
        match press.target:
            case SuggestedPrompt(message=message):
                await self._dm(message)
            case SubmitView():
                await self._submit("")
            case Box():
                raise NotThere(f"into a field something is typed: /type {number} TEXT")
            case Option() as option if isinstance(press.source, View) and is_field(
                press.source, option.action.block_id
            ):
                self._forms.choose(press.source, option)
                self._screen.changes()
            case Button() | Option() as target:
                await self._click(press, target)

    async def _click(self, press: Press, target: Button | Option) -> None:
        source, action = press.source, target.action
        if source is None:
            return
        if isinstance(target, Button) and target.url:
            self._screen.line(f"a browser opens {target.url}")
            with suppress(NotThere):  # of several links in a message it makes no difference which is clicked
                await self._do(self._person.click(source, action.action_id, action.value), 0.0)
            return
        home = source.hash if isinstance(source, View) and source.type == "home" else None
        await self._do(self._person.click(source, action.action_id, action.value), self._patience.press_s)
        if home and isinstance(source, View) and source.hash != home:
            self._screen.home()

    async def _type(self, rest: str) -> None:
        number, _, text = rest.partition(" ")
        press = self._numbered(number)
        if not isinstance(press.source, View) or not isinstance(press.target, Box):
            raise NotThere(f"{number} is no field to type into")
        if self._forms.asks_the_app(press.source, press.target):
            await self._choose_from_offered(press.source, press.target, text)
        else:
            self._forms.fill(press.source, press.target, text)
        self._screen.changes()

    async def _choose_from_offered(self, view: View, field: Box, query: str) -> None:
        """Takes the first option that the app offers for what is typed; the others are named."""
        offered = await self._person.options(view, field.action.action_id, query)
        if not offered:
            raise NotThere(f"nothing is offered for {query!r}")
        self._forms.take(view, field, offered[0])
        self._screen.line(f"offered: {', '.join(label_of(one['text']) for one in offered)}")

    async def _submit(self, text: str) -> None:
        view = self._person.view
        if text and not self._forms.fill_first(view, text):
            raise NotThere("the modal has no field to type into")
        before = self._activity.trace()
        delivered = await self._person.submit(view, self._forms.values(view))
        if not self._person.errors:
            await self._see(before, delivered, self._patience.first_s, "")
        for error in self._person.errors.values():
            self._complain(str(error))

    async def _close(self, _: str) -> None:
        await self._do(self._person.close(self._person.view), 0.0)

    # What else there is

    async def _home(self, _: str) -> None:
        await self._do(self._person.open_home("home"), self._patience.press_s)
        self._screen.home()

    async def _messages(self, _: str) -> None:
        await self._do(self._person.open_home("messages"), self._patience.press_s)
        self._screen.prompts((self._person.direct.id, ""))

    async def _answer(self, _: str) -> None:
        await self._do(
            self._person.shortcut(ANSWER_MESSAGE, self._mine()), self._patience.press_s, "the app opens no form"
        )

    async def _form(self, _: str) -> None:
        await self._do(self._person.global_shortcut(ASK), self._patience.press_s, "the app opens no form")

    async def _as(self, name: str) -> None:
        self._become(name or "ana")
        self._screen.changes()

    async def _html(self, name: str) -> None:
        if not name:
            raise NotThere("the page needs a name: /html FILE")
        entries, world = Entries.of_world(self._slack.world), self._slack.world
        page = html_page(
            "Footnote in Slack", self._screen.messages(), self._screen.views(), entries=entries, statuses=world.statuses
        )
        _write(Path(name), page)
        self._screen.line(f"written to {name}")

    async def _help(self, _: str) -> None:
        self._screen.text(HELP)

    async def _unknown(self, _: str) -> None:
        self._complain("there is no such command; /help names them all")

    # Carrying out, and seeing what comes of it

    async def _do(self, deed: Awaitable[Delivered | None], first_s: float, silence: str = "") -> Delivered | None:
        """`first_s` is how long the app gets to do something; `silence` is said if it does nothing."""
        before = self._activity.trace()
        delivered = await deed
        await self._see(before, delivered, first_s, silence)
        return delivered

    async def _see(self, before: int, delivered: Delivered | None, first_s: float, silence: str) -> None:
        if delivered is None or self._acknowledged(delivered):
            done = await self._watching.settled(before, first_s)
            self._screen.changes()
            if not done and (self._activity.working or silence):
                self._complain("the app is still at work" if self._activity.working else silence)
        else:
            self._screen.changes()

    def _acknowledged(self, delivered: Delivered) -> bool:
        told = [one for one in (delivered, delivered.twin) if one is not None]
        if any(one.acked for one in told):
            return True
        if delivered.skipped:
            self._complain(f"the app is not told of that: {delivered.skipped}")
        else:
            reason = delivered.attempts[-1].reason if delivered.attempts else None
            unconnected = reason == WITHOUT_CONNECTION
            self._complain("no app is connected" if unconnected else f"the app has not acknowledged that: {reason}")
        return False

    def _complain(self, words: str) -> None:
        self._screen.line(f"! {words}")

    def _report_problems(self) -> None:
        """What the stand-in has noticed that no sound app does."""
        for problem in self._slack.problems[self._problems :]:
            self._complain(f"the app does what Slack does not take: {problem}")
        self._problems = len(self._slack.problems)

    # Who and what

    def _become(self, name: str) -> None:
        seat = self._seats.get(name) or self._new_seat(name)
        self._seats[name] = seat
        self._person, self._screen, self._forms = seat.person, seat.screen, seat.forms

    def _new_seat(self, name: str) -> _Seat:
        person = self._slack.user(name)
        return _Seat(person, Screen(self._slack.world, person.id, self._out), Forms(person.id))

    def _mine(self) -> Message:
        if self._last is None:
            raise NotThere("you have not said anything yet")
        return self._last

    def _numbered(self, number: str) -> Press:
        press = self._screen.press(int(number)) if number.isdecimal() else None
        if press is None:
            raise NotThere(f"nothing that is shown has the number {number!r}")
        return press

    def _channel_of(self, message: Message) -> Channel:
        return self._slack.world.team_of(message.channel).channels[message.channel]


def _write(path: Path, page: str) -> None:
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as problem:
        raise NotThere(f"{path} cannot be written: {problem.strerror}") from problem

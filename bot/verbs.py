"""English verbs: which written forms are of one verb. The proof asks, to see active and passive as one."""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple


class _Forms(NamedTuple):
    base: str
    past: str
    participle: str


_IRREGULAR = """
    beat beat beaten|become became become|begin began begun|bind bound bound|bite bit bitten|blow blew blown
    break broke broken|bring brought brought|build built built|burn burnt burnt|buy bought bought
    catch caught caught|choose chose chosen|cut cut cut|deal dealt dealt|dig dug dug|do did done|draw drew drawn
    drink drank drunk|drive drove driven|eat ate eaten|feed fed fed|feel felt felt|fight fought fought
    find found found|forbid forbade forbidden|forget forgot forgotten|forgive forgave forgiven|freeze froze frozen
    give gave given|grow grew grown|hang hung hung|hear heard heard|hide hid hidden|hit hit hit|hold held held
    hurt hurt hurt|keep kept kept|know knew known|lay laid laid|lead led led|learn learnt learnt|leave left left
    lend lent lent|let let let|light lit lit|lose lost lost|make made made|meet met met|oversee oversaw overseen
    overtake overtook overtaken|overthrow overthrew overthrown|overrun overran overrun|pay paid paid|put put put
    read read read|rebuild rebuilt rebuilt|retake retook retaken|ride rode ridden|ring rang rung|run ran run
    see saw seen|seek sought sought|sell sold sold|send sent sent|set set set|shake shook shaken|shoot shot shot
    show showed shown|shut shut shut|sing sang sung|sink sank sunk|speak spoke spoken|spend spent spent
    split split split|spread spread spread|steal stole stolen|strike struck struck|sweep swept swept
    swear swore sworn|take took taken|teach taught taught|tear tore torn|throw threw thrown
    undergo underwent undergone|undertake undertook undertaken|uphold upheld upheld|wear wore worn|win won won
    wind wound wound|withdraw withdrew withdrawn|withhold withheld withheld|write wrote written
    rewrite rewrote rewritten
    """
_BY_PARTICIPLE = {
    forms.participle: forms
    for line in _IRREGULAR.strip().splitlines()
    for forms in (_Forms(*words.split()) for words in line.strip().split("|"))
}
_VOWELS = frozenset("aeiou")


def is_participle(form: str) -> bool:
    """Whether it can stand behind "is" in a passive."""
    return form in _BY_PARTICIPLE or (len(form) > 3 and form.endswith("ed"))


def is_past_of(form: str, participle: str) -> bool:
    """Took of taken, occupied of occupied."""
    irregular = _BY_PARTICIPLE.get(participle)
    return form == irregular.past if irregular else form == participle and is_participle(form)


def is_base_of(form: str, participle: str) -> bool:
    """Take of taken, occupy of occupied."""
    return form in _bases(participle)


def is_third_person_of(form: str, participle: str) -> bool:
    """Takes of taken, occupies of occupied."""
    return any(form == third for base in _bases(participle) for third in _third_persons(base))


@lru_cache(maxsize=2000)
def _bases(participle: str) -> tuple[str, ...]:
    """All that it may come from; more than one where spelling alone does not tell: `used` of `us` or `use`."""
    irregular = _BY_PARTICIPLE.get(participle)
    if irregular:
        return (irregular.base,)
    if not is_participle(participle):
        return ()
    stem = participle.removesuffix("ed")
    found = [stem, f"{stem}e"]
    if stem.endswith("i"):
        found.append(f"{stem[:-1]}y")
    if len(stem) > 3 and stem[-1] == stem[-2] and stem[-1] not in _VOWELS:
        found.append(stem[:-1])
    return tuple(found)


def _third_persons(base: str) -> Iterator[str]:
    if base.endswith("y") and base[-2:-1] not in _VOWELS:
        yield f"{base[:-1]}ies"
    elif base.endswith(("s", "x", "z", "ch", "sh", "o")):
        yield f"{base}es"
    else:
        yield f"{base}s"

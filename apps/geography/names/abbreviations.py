"""How words in the names of places are shortened: "St. Louis" is Saint Louis, and "Frankfurt a. M." on the Main."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import islice, product

# What each short form stands for, in any language; one letter alone is short with a sign after it only.
SHORT: dict[str, tuple[str, ...]] = {
    short: tuple(words.split("|"))
    for short, words in (
        line.split(": ")
        for line in """
        st: saint|sankt|sint
        ste: sainte
        sta: santa
        sto: santo
        ft: fort
        mt: mount|mont|mountain
        mtn: mountain
        spgs: springs
        hts: heights
        jct: junction
        bch: beach
        gdns: gardens
        vly: valley
        pt: point|port
        pk: park
        cd: ciudad
        pte: puente|presidente
        bal: balneário
        pto: puerto|porto
        gral: general
        gen: general
        gt: great
        lk: lake
        cnel: coronel
        cel: coronel
        gov: governador
        gob: gobernador
        stgo: santiago
        sgo: santiago
        ntra: nuestra
        sra: señora
        wr: wiener
        gr: groß
        kl: klein
        rh: rhein
        br: breisgau
        opf: oberpfalz
        obb: oberbayern
        westf: westfalen
        weinstr: weinstraße
        górn: górnicza
        wlkp: wielkopolski|wielkopolska
        śl: śląska|śląskie|śląski
        maz: mazowiecki|mazowiecka|mazowieckie
        tryb: trybunalski
        tg: târgu
        rm: râmnicu
        dr: doctor|doutor|drobeta
        tr: turnu
        a: am|an|aan
        b: bei|bernardo
        č: české|český|česká
        c: cruz
        d: der|den|del|donau
        e: east
        h: höhe
        i: im|in
        j: josé|joão
        k: kuala
        l: labem|lahn|leine
        m: main|moravě|metuje
        n: north|nova|nueva|neckar|nad|nisou
        o: ob|oder
        p: port
        s: san|são|south|santa|santo|sant|sur|saale
        t: tauber|tal
        u: upon|under
        v: vila|villa|vor|von
        w: west|wörthersee
        ст: старый|старая
        в: великий|верхняя|верхний
        д: дону
        н: нижний|новый|новая|нижняя|на
        с: санкт
        """.strip().splitlines()
        for line in (line.strip(),)
    )
}
LONG: dict[str, tuple[str, ...]] = {"saint": ("st",), "sankt": ("st",), "sint": ("st",), "sainte": ("ste",)}
# As addresses begin with them: "N Las Vegas".
COMPASS = {"n": ("north",), "e": ("east",), "s": ("south",), "w": ("west",)}
WORD = re.compile(r"([^\W\d_]+)([./-]?)")
ON_A_RIVER = re.compile(r"\ba/d\b", re.IGNORECASE)
# "Frankfurt/Oder", "Hof (Saale)".
BESIDE = re.compile(r"^([^/()]{2,}?)\s*(?:/\s*([^/()]+)|\(([^/()]+)\))$")
# What stands between a town and its river or its land.
BETWEEN = (" am ", " an der ", " im ", " in ", " sur ", " aan den ")
# What "&" stands for.
AND = (" and ", " und ", " et ", " y ", " e ", " i ")
LIMIT = 120


def spelt_out(name: str) -> Iterator[str]:
    """Yield other ways to write a name whose words are short, or could be; of each, at most `LIMIT`.

    Where nothing but short words is in it, it may stand for anything, and for nothing.
    """
    whole = ON_A_RIVER.sub("a. d.", unicodedata.normalize("NFKC", name))
    others = [whole.replace("&", word) for word in AND] if "&" in whole else []
    if beside := BESIDE.match(whole):
        others += [f"{beside[1]}{between}{beside[2] or beside[3]}" for between in BETWEEN]
    yield from others
    for each in (whole, *others):
        yield from _in_full(each)


def _in_full(whole: str) -> Iterator[str]:
    """Yield the ways to write out the short words of a name."""
    forms, end, has_whole = [], 0, False
    for word in WORD.finditer(whole):
        if others := _others(word, whole):
            forms += [(whole[end : word.start()],), (word[0], *(f"{other} " for other in others))]
            end = word.end()
        else:
            has_whole = has_whole or len(word[1]) > 1
    if forms and has_whole:
        yield from islice(map("".join, product(*forms, (whole[end:],))), 1, LIMIT)


def _others(word: re.Match[str], whole: str) -> tuple[str, ...]:
    letters = word[1].lower()
    if len(letters) > 1:
        return SHORT.get(letters, ()) or LONG.get(letters, ())
    if word[2] or whole[: word.start()].endswith("/"):
        return SHORT.get(letters, ())
    return COMPASS.get(letters, ()) if not whole[: word.start()].strip() else ()

"""When two wordings of a country's English name are the same: "Korea, Rep." and "the Republic of Korea"."""

import re
import unicodedata

# "U.S.", "P.D.R.": the letters are one word.
INITIALS = re.compile(r"\b(?:\w\.){2,}")
POSSESSIVE = re.compile(r"['’]s?\b")
WORD = re.compile(r"\w+")
# Words that name nothing by themselves.
EMPTY = frozenset("the of and et country formerly also known as".split())
# Words that stand for one another in the names of countries, and the short forms that data sets write. "St." is a
# saint, since no country is called a state of something without more.
SAME: dict[str, str] = {
    short: words
    for words, shorts in {
        "antigua": "ant",
        "barbuda": "barb barbd",
        "bosnia": "bosn",
        "british": "br brit",
        "central": "cen cent",
        "democratic": "dem democ",
        "dominican": "dom",
        "east": "e eastern",
        "equatorial": "eq equat",
        "federated": "fed federal federation",
        "french": "fr",
        "georgia": "geo",
        "grenadines": "gren grens",
        "herzegovina": "hercegovina herz",
        "bolivarian": "boliv",
        "plurinational": "plurin",
        "united": "untd utd",
        "island": "i is isl isls islands isles",
        "north": "n northern",
        "people": "peoples",
        "republic": "rep repub",
        "saint": "st sta ste sto sainte san santa santo sao sint",
        "socialist": "soc",
        "south": "s southern",
        "state": "states sts",
        "territory": "ter terr territories",
        "vincent": "vin",
        "west": "w western",
        "special administrative region": "sar",
        "former yugoslav republic": "fyr",
        "bolivarian republic": "rb",
        "islamic republic": "ir",
        "people republic": "pr",
        "people democratic republic": "pdr",
        "democratic republic": "dr",
        "democratic people republic": "dpr dprk",
        "united state": "us usa",
        "united kingdom": "uk",
        "united nations": "un",
    }.items()
    for short in shorts.split()
}

# What kind of state a country is.
FORMS = frozenset(
    "commonwealth confederation cooperative democratic emirate federated grand duchy hashemite independent islamic"
    " kingdom people principality republic socialist sovereign state sultanate union".split()
)


def worded(name: str) -> bytes:
    """Return a key that wordings of one name share, whatever the order of its words and however short they are.

    Articles, prepositions and punctuation do not count. Empty where nothing else is in the name.
    """
    joined = INITIALS.sub(lambda letters: letters[0].replace(".", "") + " ", name.casefold())
    decomposed = unicodedata.normalize("NFKD", POSSESSIVE.sub("", joined).replace("&", " and "))
    letters = "".join(char for char in decomposed if not unicodedata.combining(char))
    words = [part for word in WORD.findall(letters) for part in SAME.get(word, word).split() if word not in EMPTY]
    return " ".join(sorted(set(words))).encode()


def without_form(name: str) -> bytes:
    """Return the key of a name without the kind of state that it says, if it says any: "Republic of Italy"."""
    words = worded(name).decode().split()
    kept = [word for word in words if word not in FORMS]
    return " ".join(kept).encode() if len(kept) < len(words) else b""

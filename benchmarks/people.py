"""Invented people: names with accents, hyphens and apostrophes, and their logins."""

import unicodedata

import polars as pl

from benchmarks.chance import below, chance, choose

DOMAIN = "valley.example"  # ".example" is reserved: nobody can own such an address

_GIVEN_TEXT = """
Ada Aiden Alma Amara Amir Ana Anaïs Anders Aria Arjun Ava Beatriz Ben Bruno Carla Chen Chloé
Clara Dana Daniel Daria David Diego Eli Elif Elena Ella Emil Emma Esther Eva Ezra Farah Felix
Femi Finn Freya Gabriel Grace Hana Hugo Ida Imani Inés Isaac Isla Ivan Ivy Jack Jada Jamal Jana
João Jonas José Juan Julia Kai Karim Kira Lara Layla Lea Leo Lena Levi Liam Lina Luca Lucía
Luis Maja Malik Mara María Mateo Maya Mei Mia Milo Mina Nadia Naomi Nia Nico Nils Noah Noé Nora
Olga Omar Oscar Owen Paula Pedro Petra Quinn Rafael Raj Rosa Ruth Sam Sana Sara Siobhán Sofia
Søren Tara Theo Tomás Uma Vera Viktor Wei Yara Yusuf Zoë Zuri Anne-Marie Jean-Luc Mary-Kate
"""
GIVEN = tuple(_GIVEN_TEXT.split())
_FAMILY_TEXT = """
Abara Adams Adeyemi Ahmed Ali Alvarez Andersen Baker Barros Bauer Becker Bell Berg Bianchi
Blanc Boateng Brandt Brown Campos Carter Castro Chan Chavez Cohen Cole Cruz Dang Das Dean Diaz
Diallo Dubois Duran Eriksen Evans Farouk Fischer Flores Ford Fuchs Gallo Garcia García Gomez
González Grant Green Gupta Haas Hall Hansen Hart Hassan Hayes Hill Hoang Ibrahim Ito Jansen
Jensen Jones Jung Kaya Keller Khan Kim King Klein Koch Kovács Kumar Lang Larsen Le Lee Lim
Lopez López Lund Ma Marino Martin Mbeki Meyer Mills Mora Moreau Muñoz Müller Nagy Ndiaye Nguyen
Novak Núñez Okafor Olsen Ortiz Osei Park Patel Peña Perez Peters Petrov Pham Popescu Price
Ramos Rao Reed Reyes Ricci Rivera Roberts Rossi Roy Ruiz Ryan Sanchez Santos Sato Schmidt Scott
Shah Silva Singh Smith Sousa Stone Suzuki Tan Torres Tran Vargas Vega Wagner Walker Wang Weber
White Wolf Wong Wood Wright Yang Yilmaz Young Zhang Zimmer O'Brien O'Neill D'Angelo
"""
_FAMILY = tuple(_FAMILY_TEXT.split())
FAMILY = (*_FAMILY, *(f"{a}-{b}" for a, b in zip(_FAMILY[::9], _FAMILY[4::9], strict=False)))


def plain(name: str) -> str:
    """The name in the letters a-z, for logins."""
    bare = unicodedata.normalize("NFKD", name.replace("ø", "o").replace("Ø", "O"))
    return "".join(c for c in bare.lower() if "a" <= c <= "z")


_PLAIN_GIVEN = tuple(plain(name) for name in GIVEN)
_PLAIN_FAMILY = tuple(plain(name) for name in FAMILY)


def name_columns(person: pl.Expr, salt: int) -> dict[str, pl.Expr]:
    """given, family, middle (70 % null), login_given, login_family (String) per index."""
    given = below(person, salt, len(GIVEN))
    family = below(person, salt + 1, len(FAMILY))
    middle = choose(GIVEN, below(person, salt + 2, len(GIVEN)))
    return {
        "given": choose(GIVEN, given),
        "family": choose(FAMILY, family),
        "middle": pl.when(chance(person, salt + 3, 0.3)).then(middle),
        "login_given": choose(_PLAIN_GIVEN, given),
        "login_family": choose(_PLAIN_FAMILY, family),
    }


def student_login(student: pl.Expr) -> pl.Expr:
    """A login unique among students (String); needs the columns of `name_columns`."""
    initial = pl.col("login_given").str.slice(0, 1)
    return pl.concat_str(initial, "login_family", student.cast(pl.String))


def teacher_login(teacher: pl.Expr) -> pl.Expr:
    """A login unique among teachers (String); its dots keep it apart from students."""
    return pl.concat_str("login_given", "login_family", teacher.cast(pl.String), separator=".")


def email(login: pl.Expr) -> pl.Expr:
    """The address of a login (String)."""
    return pl.concat_str(login, pl.lit(f"@{DOMAIN}"))


def phone(person: pl.Expr, salt: int) -> pl.Expr:
    """Ten digits (String) from the numbers 555-0100 to 555-0199, kept for fiction."""
    area = below(person, salt, 780) + 210
    line = below(person, salt + 1, 100) + 100
    return pl.concat_str(area.cast(pl.String), pl.lit("5550"), line.cast(pl.String))

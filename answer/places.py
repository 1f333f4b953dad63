"""Places of the United Kingdom that people name in questions: nations, regions, counties and larger cities.

A place is found in small letters, too, and by the short form of its county's name. Source: common knowledge; the list
need not be complete, since other names are found by their capitals.
"""

from __future__ import annotations

# Counties by the short form that people write.
FULL_NAMES = {
    "beds": "Bedfordshire",
    "berks": "Berkshire",
    "bucks": "Buckinghamshire",
    "cambs": "Cambridgeshire",
    "derbys": "Derbyshire",
    "glos": "Gloucestershire",
    "hants": "Hampshire",
    "herts": "Hertfordshire",
    "lancs": "Lancashire",
    "leics": "Leicestershire",
    "lincs": "Lincolnshire",
    "northants": "Northamptonshire",
    "notts": "Nottinghamshire",
    "oxon": "Oxfordshire",
    "staffs": "Staffordshire",
    "wilts": "Wiltshire",
    "worcs": "Worcestershire",
    "yorks": "Yorkshire",
}

_NATIONS = "england scotland wales northern ireland"
_COUNTIES = """
bedfordshire berkshire buckinghamshire cambridgeshire cheshire cornwall cumbria derbyshire devon dorset durham essex
gloucestershire hampshire herefordshire hertfordshire humberside kent lancashire leicestershire lincolnshire merseyside
middlesex norfolk northamptonshire northumberland nottinghamshire oxfordshire rutland shropshire somerset staffordshire
suffolk surrey sussex warwickshire wiltshire worcestershire yorkshire cleveland avon wessex gwent powys dyfed morgannwg
"""
_CITIES = """
birmingham blackpool bolton bournemouth bradford brighton bristol cambridge cardiff carlisle chester coventry derby
doncaster dundee edinburgh exeter glasgow gloucester hull ipswich leeds leicester lincoln liverpool london luton
manchester middlesbrough newcastle norwich nottingham oldham oxford peterborough plymouth portsmouth preston reading
rochdale sandwell sefton sheffield southampton stockport stoke sunderland swansea swindon tameside trafford wakefield
walsall warrington wigan wirral wolverhampton york belfast aberdeen
"""
_OF_SEVERAL_WORDS = (
    "northern ireland", "east anglia", "east midlands", "west midlands", "isle of wight", "isle of man",
    "milton keynes", "tyne and wear", "west essex", "greater manchester", "south yorkshire", "west yorkshire",
    "north yorkshire", "east riding", "beds and herts", "bedfordshire and hertfordshire",
)  # fmt: skip

# These are ordinary words, or belong to another name, when they stand alone.
_NO_PLACE_ALONE = {"northern", "ireland", "england", "reading", "hull", "chester", "preston"}

PLACES = frozenset(
    {*_NATIONS.split(), *_COUNTIES.split(), *_CITIES.split(), *FULL_NAMES, *_OF_SEVERAL_WORDS} - _NO_PLACE_ALONE
)

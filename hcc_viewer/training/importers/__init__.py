"""From data sets as their publishers lay them out to one case catalogue.

One module a data set; each says what the set is (`SOURCE`) and reads it (`read`). Nothing is
downloaded: `docs/real-cases.md` says where each set is and how its archive is checked.
"""

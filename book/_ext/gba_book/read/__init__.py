"""While pages are read: exhibits get their numbers, cells their marks, formulas their MathML."""

"""python -m squared: prints two results."""

from squared import hypotenuse, square

print(f"square(12) = {square(12)}, hypotenuse(3, 4) = {hypotenuse(3, 4)}")

"""Two functions of our own C, the README's example."""

from squared._squared import lib

square = lib.square
hypotenuse = lib.hypotenuse

#ifndef SQUARE_H
#define SQUARE_H

int square(int x);
double hypotenuse(double a, double b);

#endif

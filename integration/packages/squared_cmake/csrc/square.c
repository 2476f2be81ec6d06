#include "square.h"

#include <math.h>

int square(int x)
{
    return x * x;
}

double hypotenuse(double a, double b)
{
    return sqrt(a * a + b * b);
}

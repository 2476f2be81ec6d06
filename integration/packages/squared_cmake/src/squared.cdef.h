int square(int x);
double hypotenuse(double a, double b);

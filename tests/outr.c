int inner(void); int outer(void){return inner();}

#ifdef X
a
#else
b
#else
c
#endif

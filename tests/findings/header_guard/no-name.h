#ifndef ./ X
a
#else
b
#endif

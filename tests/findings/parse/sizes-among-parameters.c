0typedef int T;
void f(PyObject *op)
{
  T T f(T a[sizeof(T (*)(T f(T a[sizeof(T (*)(T f(T a[sizeof(T (*)(T f(T a[sizeof(T (*)(T f(T a[sizeof(T (*)(T f(T a[sizeof(T (*)(T f(T a[sizeof(T (*)(T f(T a[sizeof(T (*)(T f(T a[sizeof(T (*)(T f(T a[sizeof(T (*)(T f(T a[sizeof(T (*)(T f(T a[sizeof(T (*)(T f(T a[sizeof(T (*)(T f(T a[sizeof(T (*)(T f(T a[sizeof(T (*)(T f(T a[sizeof(T (*)(T f(T a[sizeof(T (*)(T f(T a[sizeof(T (*)(T f(T a[sizeof(T (*)(T f(T a[sizeof(T (*)(T f(T a[sizeof(T (*)(T f(T a[sizeof(T (*)(T f(T a[sizeof(T (*)(T f(T a[sizeof(T (*)(T))])))])))])))])))])))])))])))])))])))])))])))])))])))])))])))])))])))])))])))])))])))])))])))]);
  Py_TYPE(op) = 1;
}

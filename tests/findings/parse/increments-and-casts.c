0int f(int a)
{
    ++++(int)++++(int)++++(int)++++(int)++++(int)++++(int)++++(int)++++(int)++++(int)++++(int)++++(int)++++(int) if (a)
        a = 1;
    return a;
}

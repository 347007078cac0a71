namespace HubertSharp.Tensors.Kernels;

/// <summary>
/// 16 float32 numbers that are computed with together, in as many vectors of the processor as that takes. Kernels are written once over
/// it and compiled for each: .NET's own <c>Vector512</c> is 40 times slower than two <c>Vector256</c> where there is no AVX-512.
/// They give the same results, but for the last bit of an <see cref="Inverse"/>.
/// </summary>
/// <remarks>A mask has all bits of a lane set where it holds, else none.</remarks>
internal unsafe interface ILanes<T>
    where T : struct, ILanes<T>
{
    static abstract T Zero { get; }

    static abstract T AllBitsSet { get; }

    static abstract T Create(float value);

    static abstract T Load(float* source);

    /// <summary>Reads bfloat16 numbers.</summary>
    static abstract T Load(ushort* source);

    void Store(float* target);

    /// <summary>Writes bfloat16 numbers, rounded to nearest even.</summary>
    void Store(ushort* target);

    static abstract T operator +(T left, T right);

    static abstract T operator -(T left, T right);

    static abstract T operator -(T value);

    static abstract T operator *(T left, T right);

    static abstract T operator *(T left, float right);

    static abstract T operator /(T left, T right);

    /// <summary>The bits of both: a number where a mask holds, else 0.</summary>
    static abstract T operator &(T left, T right);

    /// <summary>a · b + c, rounded once.</summary>
    static abstract T FusedMultiplyAdd(T a, T b, T c);

    static abstract T Abs(T value);

    static abstract T Sqrt(T value);

    /// <summary>1 / x, relative error below 2e-7 for numbers whose inverse is a normal one.</summary>
    static abstract T Inverse(T value);

    /// <summary>The larger; NaN where either is.</summary>
    static abstract T Max(T left, T right);

    /// <summary>The smaller, or <paramref name="right"/> where either is NaN.</summary>
    static abstract T MinNative(T left, T right);

    static abstract T LessThan(T left, T right);

    static abstract T GreaterThan(T left, T right);

    static abstract T GreaterThanOrEqual(T left, T right);

    static abstract T Select(T mask, T whereSet, T elsewhere);

    /// <summary>The sum of all lanes, always in the same order.</summary>
    static abstract float Sum(T value);

    /// <summary>The largest lane.</summary>
    static abstract float MaxOf(T value);

    /// <summary>2^n for the integer n that stands in the low bits of n + 1.5 · 2^23; n from −126 to 127.</summary>
    static abstract T PowerOfTwo(T shifted);

    /// <summary>
    /// Masks of 32 elements from a position that is a multiple of 32: set where the element's 16 random bits, those of
    /// <see cref="DropoutKernel"/>, are not below the threshold.
    /// </summary>
    static abstract void Keep(ulong seed, long position, ushort threshold, out T first, out T second);
}

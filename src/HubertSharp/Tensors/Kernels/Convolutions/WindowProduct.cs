namespace HubertSharp.Tensors.Kernels.Convolutions;

/// <summary>A convolution over frames that lie one behind the other, with its packed weights.</summary>
internal abstract unsafe class WindowProduct : IDisposable
{
    /// <summary>Numbers of a result.</summary>
    public abstract int Columns { get; }

    /// <summary>Numbers that <see cref="Run"/> needs for so many results.</summary>
    public abstract long Scratch(int rows, long rowStride);

    /// <param name="a">The first frame that the first result hears; two tiles more than there are must be readable behind the last.</param>
    /// <param name="rowStride">Numbers from there to the first one that the next result hears, gaps counted.</param>
    /// <param name="apart">Numbers from a frame to the next.</param>
    /// <param name="rows">Results.</param>
    /// <param name="c">The results.</param>
    /// <param name="resultApart">Numbers from a result to the next.</param>
    /// <param name="scratch">For what lies between.</param>
    public abstract void Run(float* a, long rowStride, long apart, int rows, float* c, long resultApart, float* scratch);

    public abstract void Dispose();

    protected static void Subtract(float* left, float* right, float* target, long count)
    {
        if (Lanes.AreWide)
            Subtract<Lanes512>(left, right, target, count);
        else
            Subtract<Lanes256>(left, right, target, count);
    }

    protected static void Add(float* left, float* right, float* target, long count)
    {
        if (Lanes.AreWide)
            Add<Lanes512>(left, right, target, count);
        else
            Add<Lanes256>(left, right, target, count);
    }

    /// <summary>Both, in place of what they are made of if that is wanted.</summary>
    protected static void SumAndDifference(float* left, float* right, float* sums, float* differences, long count)
    {
        if (Lanes.AreWide)
            SumAndDifference<Lanes512>(left, right, sums, differences, count);
        else
            SumAndDifference<Lanes256>(left, right, sums, differences, count);
    }

    private static void Add<TLanes>(float* left, float* right, float* target, long count)
        where TLanes : struct, ILanes<TLanes>
    {
        var i = 0L;
        for (; i <= count - Lanes.Width; i += Lanes.Width)
            (TLanes.Load(left + i) + TLanes.Load(right + i)).Store(target + i);
        for (; i < count; i++)
            target[i] = left[i] + right[i];
    }

    private static void Subtract<TLanes>(float* left, float* right, float* target, long count)
        where TLanes : struct, ILanes<TLanes>
    {
        var i = 0L;
        for (; i <= count - Lanes.Width; i += Lanes.Width)
            (TLanes.Load(left + i) - TLanes.Load(right + i)).Store(target + i);
        for (; i < count; i++)
            target[i] = left[i] - right[i];
    }

    private static void SumAndDifference<TLanes>(float* left, float* right, float* sums, float* differences, long count)
        where TLanes : struct, ILanes<TLanes>
    {
        var i = 0L;
        for (; i <= count - Lanes.Width; i += Lanes.Width)
        {
            var (one, other) = (TLanes.Load(left + i), TLanes.Load(right + i));
            (one + other).Store(sums + i);
            (one - other).Store(differences + i);
        }
        for (; i < count; i++)
            (sums[i], differences[i]) = (left[i] + right[i], left[i] - right[i]);
    }
}

using static TorchSharp.torch;

namespace HubertSharp.Tensors.Kernels;

// N = B · T frames, D width, H heads of E = D / H.

/// <summary>Between the layout of projections, [N, 3D] with query, key and value side by side, and that of heads, [B, H, T, E].</summary>
internal static unsafe class HeadKernel
{
    private const int RowsPerPart = 64;

    /// <summary>Adds the biases and gives each head its own matrix.</summary>
    /// <param name="projected">[N, 3D].</param>
    /// <param name="biases">Query's, key's and value's, each [D] float32.</param>
    /// <param name="frames">T.</param>
    /// <param name="heads">Three of [B, H, T, E].</param>
    /// <param name="headCount">H.</param>
    public static void Split(Tensor projected, Tensor[] biases, int frames, Tensor[] heads, int headCount)
    {
        if (Lanes.AreWide)
            Split<Lanes512>(projected, biases, frames, heads, headCount);
        else
            Split<Lanes256>(projected, biases, frames, heads, headCount);
    }

    /// <summary>The way back for gradients; adds up those of the biases.</summary>
    /// <param name="heads">Query's, key's and value's, each [B, H, T, E].</param>
    /// <param name="frames">T.</param>
    /// <param name="headCount">H.</param>
    /// <param name="projected">[N, 3D], filled.</param>
    /// <param name="biasGradients">Query's, key's and value's, each [D] float32; added to.</param>
    public static void Merge(Tensor[] heads, int frames, int headCount, Tensor projected, Tensor[] biasGradients)
    {
        if (Lanes.AreWide)
            Merge<Lanes512>(heads, frames, headCount, projected, biasGradients);
        else
            Merge<Lanes256>(heads, frames, headCount, projected, biasGradients);
    }

    private static void Split<TLanes>(Tensor projected, Tensor[] biases, int frames, Tensor[] heads, int headCount)
        where TLanes : struct, ILanes<TLanes>
    {
        var (rows, width) = (projected.shape[0], (int)(projected.shape[1] / 3));
        var source = (nint)TensorPointer.Any(projected);
        nint[] bias = [.. biases.Select(tensor => (nint)TensorPointer.Singles(tensor))];
        nint[] targets = [.. heads.Select(tensor => (nint)TensorPointer.Any(tensor))];
        var brain = Lanes.IsBrain(projected);
        RowParts.Run(rows, RowsPerPart, (first, count) =>
        {
            for (var row = first; row < first + count; row++)
            {
                for (var kind = 0; kind < 3; kind++)
                {
                    var at = new Place(row, frames, headCount, width / headCount);
                    if (brain)
                        SplitRow<BFloat16Format, TLanes>(
                            (void*)source, (row * 3 + kind) * width, (float*)bias[kind], (void*)targets[kind], at);
                    else
                        SplitRow<Float32Format, TLanes>(
                            (void*)source, (row * 3 + kind) * width, (float*)bias[kind], (void*)targets[kind], at);
                }
            }
        });
    }

    private static void Merge<TLanes>(Tensor[] heads, int frames, int headCount, Tensor projected, Tensor[] biasGradients)
        where TLanes : struct, ILanes<TLanes>
    {
        var (rows, width) = (projected.shape[0], (int)(projected.shape[1] / 3));
        nint[] sources = [.. heads.Select(tensor => (nint)TensorPointer.Any(tensor))];
        var target = (nint)TensorPointer.Any(projected);
        var brain = Lanes.IsBrain(projected);
        var totals = biasGradients.Select(tensor => ((nint)TensorPointer.Singles(tensor), width)).ToArray();
        RowParts.Sum(rows, RowsPerPart, totals, (first, count, sums) =>
        {
            for (var row = first; row < first + count; row++)
            {
                for (var kind = 0; kind < 3; kind++)
                {
                    var at = new Place(row, frames, headCount, width / headCount);
                    if (brain)
                        MergeRow<BFloat16Format, TLanes>(
                            (void*)sources[kind], (void*)target, (row * 3 + kind) * width, (float*)sums + kind * width, at);
                    else
                        MergeRow<Float32Format, TLanes>(
                            (void*)sources[kind], (void*)target, (row * 3 + kind) * width, (float*)sums + kind * width, at);
                }
            }
        });
    }

    private static void SplitRow<TFormat, TLanes>(void* source, long from, float* bias, void* target, Place at)
        where TFormat : struct, INumberFormat
        where TLanes : struct, ILanes<TLanes>
    {
        for (var head = 0; head < at.Heads; head++)
        {
            var to = at.Of(head);
            var first = head * at.HeadWidth;
            for (var e = 0; e < at.HeadWidth; e += Lanes.Width)
            {
                var left = at.HeadWidth - e;
                var value = Lanes.Load<TFormat, TLanes>(source, from + first + e, left, 0)
                    + Lanes.Load<Float32Format, TLanes>(bias, first + e, left, 0);
                Lanes.Store<TFormat, TLanes>(value, target, to + e, left);
            }
        }
    }

    private static void MergeRow<TFormat, TLanes>(void* source, void* target, long to, float* sums, Place at)
        where TFormat : struct, INumberFormat
        where TLanes : struct, ILanes<TLanes>
    {
        for (var head = 0; head < at.Heads; head++)
        {
            var from = at.Of(head);
            var first = head * at.HeadWidth;
            for (var e = 0; e < at.HeadWidth; e += Lanes.Width)
            {
                var left = at.HeadWidth - e;
                var value = Lanes.Load<TFormat, TLanes>(source, from + e, left, 0);
                Lanes.Store<TFormat, TLanes>(value, target, to + first + e, left);
                Lanes.Store<Float32Format, TLanes>(
                    Lanes.Load<Float32Format, TLanes>(sums, first + e, left, 0) + value, sums, first + e, left);
            }
        }
    }

    /// <summary>Where a frame lies in [B, H, T, E].</summary>
    private readonly struct Place(long row, int frames, int heads, int headWidth)
    {
        private readonly long _batch = row / frames;
        private readonly long _frame = row % frames;

        public int Heads { get; } = heads;

        public int HeadWidth { get; } = headWidth;

        public long Of(int head) => ((_batch * Heads + head) * frames + _frame) * HeadWidth;
    }
}

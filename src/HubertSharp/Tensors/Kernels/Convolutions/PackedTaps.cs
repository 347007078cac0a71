using static TorchSharp.torch;

namespace HubertSharp.Tensors.Kernels.Convolutions;

// J taps, I numbers of a tap, N columns

/// <summary>
/// The matrix of a convolution over frames whose channels lie side by side, packed once so that <see cref="TapProduct"/> reads it from
/// front to back: panels of some columns, in each the rows one after the other. A matrix of next to no columns lies column by column.
/// </summary>
internal sealed unsafe class PackedTaps : IDisposable
{
    private const int FewColumns = 4;

    private readonly int _panel;
    private readonly PackedMemory _memory;

    /// <param name="matrix">[J · I, N]: what each tap's numbers give to the columns.</param>
    /// <param name="bias">[N].</param>
    /// <param name="taps">J.</param>
    public PackedTaps(Tensor matrix, Tensor bias, int taps)
    {
        using var scope = NewDisposeScope();
        (Taps, Depth, Columns) = (taps, (int)(matrix.shape[0] / taps), (int)matrix.shape[1]);
        _panel = IsNarrow ? 1 : Panel;
        Panels = (Columns + _panel - 1) / _panel;
        var rows = matrix.shape[0];
        _memory = new PackedMemory((nuint)((rows + 1) * Panels * _panel * sizeof(float)));
        var source = TensorPointer.Singles(matrix.contiguous());
        var offsets = TensorPointer.Singles(bias.contiguous());
        for (var panel = 0; panel < Panels; panel++)
        {
            var target = Bias(panel);
            var first = panel * _panel;
            var count = Math.Min(_panel, Columns - first);
            Copy(offsets + first, target, count);
            for (var row = 0L; row < rows; row++)
                Copy(source + (row * Columns) + first, target + ((row + 1) * _panel), count);
        }
    }

    /// <summary>The matrix of a convolution.</summary>
    /// <param name="weight">[N, I, J].</param>
    /// <param name="bias">[N].</param>
    public static PackedTaps Of(Tensor weight, Tensor bias)
    {
        using var scope = NewDisposeScope();
        return new PackedTaps(weight.permute(2, 1, 0).reshape(-1, weight.shape[0]), bias, (int)weight.shape[2]);
    }

    /// <summary>Columns that are computed together.</summary>
    public static int Panel => Lanes.AreWide ? WideTile.Columns : NarrowTile.Columns;

    public int Taps { get; }

    public int Depth { get; }

    public int Columns { get; }

    public int Panels { get; }

    /// <summary>Whether each panel is a single column.</summary>
    public bool IsNarrow => Columns < FewColumns;

    /// <summary>The biases of a panel, and behind them its matrix.</summary>
    public float* Bias(int panel) => (float*)_memory.Start + (panel * (((long)Taps * Depth) + 1) * _panel);

    public void Dispose() => _memory.Dispose();

    private void Copy(float* source, float* target, int count)
    {
        new ReadOnlySpan<float>(source, count).CopyTo(new Span<float>(target, count));
        new Span<float>(target + count, _panel - count).Clear();
    }
}

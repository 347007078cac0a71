using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace HubertSharp.Tensors.Kernels.Recurrent;

// H width; gates lie as input, forget, cell and output

/// <summary>
/// The recurrent matrix of an LSTM that only computes, in three quarters of its bytes, laid out in the order of use. At each frame it
/// comes from memory as a whole, which is what the frame costs. A weight is 24 bits of fixed point and its row has a scale: what it loses
/// is at most 2^-23 of its row's largest, about what float32 itself loses there.
/// </summary>
/// <remarks>
/// Panels of 16 units. In each, for every number before the frame, three vectors of 16 words: a weight of the input, forget or cell gate
/// and behind it a byte of the output gate's. Whole words are multiplied: a weight is rounded with the byte behind it.
/// </remarks>
internal sealed unsafe class PackedGates : IDisposable
{
    /// <summary>Units of a panel.</summary>
    public const int Units = Lanes.Width;

    /// <summary>Words of a panel for each number before the frame.</summary>
    public const int Words = 3 * Units;

    private const int Gates = 4;
    private const float LargestWord = 2147483136f; // 2^31 - 512: rounded with what is behind it, it is still a word

    private readonly float[] _scales; // of each panel and gate 16
    private readonly PackedMemory _memory;

    /// <param name="weight">[4H, H].</param>
    public PackedGates(Tensor weight)
    {
        using var scope = NewDisposeScope();
        Width = (int)weight.shape[1];
        Panels = (Width + Units - 1) / Units;
        _scales = new float[Panels * Gates * Units];
        var numbers = (nuint)Panels * (nuint)Width * Words;
        _memory = new PackedMemory(numbers * sizeof(int));
        NativeMemory.Clear(_memory.Start, numbers * sizeof(int));
        var rows = (nint)TensorPointer.Singles(weight.contiguous());
        CpuTeam.Run(Panels, panel => Pack((float*)rows, panel));
    }

    public int Width { get; }

    public int Panels { get; }

    /// <summary>Adds what the hidden values before a frame give to the gates of some units.</summary>
    /// <param name="gates">[rows, 4H].</param>
    /// <param name="before">[rows, H].</param>
    /// <param name="rows">How many.</param>
    /// <param name="first">Unit, a multiple of <see cref="Units"/>.</param>
    /// <param name="count">Units.</param>
    /// <param name="backwards">From the last unit to the first.</param>
    public void AddTo<TLanes>(float* gates, float* before, int rows, int first, int count, bool backwards)
        where TLanes : struct, ILanes<TLanes>
    {
        var sums = stackalloc float[Gates * Units];
        var (panels, step) = ((count + Units - 1) / Units, backwards ? -1 : 1);
        var panel = (first / Units) + (backwards ? panels - 1 : 0);
        fixed (float* scales = _scales)
        {
            for (var i = 0; i < panels; i++, panel += step)
            {
                var unit = panel * Units;
                var scale = scales + (unit * Gates);
                var next = Panel(i + 1 < panels ? panel + step : panel);
                for (var row = 0L; row < rows; row++)
                {
                    if (typeof(TLanes) == typeof(Lanes512))
                        WideGates.Run(Panel(panel), next, before + (row * Width), Width, sums);
                    else
                        NarrowGates.Run(Panel(panel), next, before + (row * Width), Width, sums);
                    var own = gates + (row * Gates * Width) + unit;
                    for (var gate = 0; gate < Gates; gate++, own += Width)
                    {
                        var sum = TLanes.FusedMultiplyAdd(TLanes.Load(sums + (gate * Units)), TLanes.Load(scale + (gate * Units)),
                            Lanes.Load<Float32Format, TLanes>(own, 0, Width - unit, 0));
                        Lanes.Store<Float32Format, TLanes>(sum, own, 0, Width - unit);
                    }
                }
            }
        }
    }

    public void Dispose() => _memory.Dispose();

    private int* Panel(int panel) => (int*)_memory.Start + ((long)panel * Width * Words);

    private void Pack(float* rows, int panel)
    {
        var first = panel * Units;
        for (var unit = 0; unit < Math.Min(Units, Width - first); unit++)
        {
            var (row, apart) = ((nint)(rows + ((first + (long)unit) * Width)), (nint)Width * Width * sizeof(float));
            var (row0, step0) = (row, Step(0));
            var (row1, step1) = (row + apart, Step(1));
            var (row2, step2) = (row + (2 * apart), Step(2));
            var (row3, step3) = (row + (3 * apart), Step(3));
            var target = Panel(panel) + unit;
            for (var i = 0; i < Width; i++, target += Words)
            {
                // each is rounded with the byte that comes behind it
                var last = Rounded(((float*)row3)[i] * step3);
                target[0] = Word(((float*)row0)[i] * step0, (last >> 16) & 0xFF);
                target[Units] = Word(((float*)row1)[i] * step1, (last >> 8) & 0xFF);
                target[2 * Units] = Word(((float*)row2)[i] * step2, last & 0xFF);
            }

            // steps of 24 bits in a weight of 1
            double Step(int gate)
            {
                var largest = 0f;
                foreach (var weight in new ReadOnlySpan<float>((float*)(row + (gate * apart)), Width))
                    largest = Math.Max(largest, Math.Abs(weight));
                var scale = largest / LargestWord;
                _scales[(((panel * Gates) + gate) * Units) + unit] = scale;
                return scale == 0 ? 0 : 1 / (256.0 * scale);
            }
        }

        static int Word(double steps, int behind) => (Rounded(steps - (behind / 256.0)) << 8) | behind;
    }

    /// <summary>Adding 1.5 · 2^52 leaves the nearest integer in the low bits.</summary>
    private static int Rounded(double value) => unchecked((int)BitConverter.DoubleToInt64Bits(value + 6755399441055744.0));
}

using static TorchSharp.torch;

namespace HubertSharp.Tensors.Kernels.Recurrent;

// T frames, B rows, H width; gates lie as input, forget, cell and output

/// <summary>
/// The recurrent part of one direction of an LSTM layer, all frames in one call; what is a product over all frames at once the caller
/// computes. torch's own adds a gradient of the whole matrix to another for every frame.
/// </summary>
internal static unsafe class LstmKernel
{
    private const int UnitsPerPart = 64; // and at least that many numbers of other work

    /// <param name="gates">[T, B, 4H]: what the inputs and biases give; becomes what the gates are.</param>
    /// <param name="weight">[4H, H].</param>
    /// <param name="before">Hidden values and cells before the first frame, [B, H] each; null for zeros.</param>
    /// <param name="hidden">[T, B, H], filled.</param>
    /// <param name="cells">[T, B, H], filled.</param>
    /// <param name="reversed">From the last frame to the first.</param>
    public static void Forward(
        Tensor gates, Tensor weight, (Tensor Hidden, Tensor Cell)? before, Tensor hidden, Tensor cells, bool reversed)
    {
        var matrix = (nint)TensorPointer.Singles(weight);
        var (rows, width) = ((int)hidden.shape[1], (int)hidden.shape[2]);
        if (Lanes.AreWide)
            Forward<Lanes512>(gates, before, hidden, cells, reversed, Add<Lanes512>);
        else
            Forward<Lanes256>(gates, before, hidden, cells, reversed, Add<Lanes256>);
        GC.KeepAlive(weight);

        void Add<TLanes>(nint own, nint from, int first, int count, bool backwards)
            where TLanes : struct, ILanes<TLanes> =>
            AddProducts<TLanes>((float*)own, (float*)matrix, (float*)from, rows, width, first, count);
    }

    /// <summary>The same with packed weights.</summary>
    public static void Forward(
        Tensor gates, PackedGates weight, (Tensor Hidden, Tensor Cell)? before, Tensor hidden, Tensor cells, bool reversed)
    {
        var rows = (int)hidden.shape[1];
        if (Lanes.AreWide)
            Forward<Lanes512>(gates, before, hidden, cells, reversed, Add<Lanes512>);
        else
            Forward<Lanes256>(gates, before, hidden, cells, reversed, Add<Lanes256>);

        void Add<TLanes>(nint own, nint from, int first, int count, bool backwards)
            where TLanes : struct, ILanes<TLanes> =>
            weight.AddTo<TLanes>((float*)own, (float*)from, rows, first, count, backwards);
    }

    /// <summary>From zeros before the first frame.</summary>
    /// <param name="gates">[T, B, 4H] as forward left them; become the gradient of what it got.</param>
    /// <param name="turned">[H, 4H], the weight transposed.</param>
    /// <param name="cells">[T, B, H] of forward.</param>
    /// <param name="gradient">[T, B, H] of the hidden values.</param>
    /// <param name="reversed">As in forward.</param>
    public static void Backward(Tensor gates, Tensor turned, Tensor cells, Tensor gradient, bool reversed)
    {
        if (Lanes.AreWide)
            Backward<Lanes512>(gates, turned, cells, gradient, reversed);
        else
            Backward<Lanes256>(gates, turned, cells, gradient, reversed);
    }

    /// <param name="add">Adds to the gates what the hidden values before the frame give to some units, which it may walk backwards.</param>
    private static void Forward<TLanes>(Tensor gates, (Tensor Hidden, Tensor Cell)? before, Tensor hidden, Tensor cells, bool reversed,
        Action<nint, nint, int, int, bool> add)
        where TLanes : struct, ILanes<TLanes>
    {
        var (frames, rows, width) = (hidden.shape[0], (int)hidden.shape[1], (int)hidden.shape[2]);
        var all = (nint)TensorPointer.Singles(gates);
        var (values, states) = ((nint)TensorPointer.Singles(hidden), (nint)TensorPointer.Singles(cells));
        var (lastHidden, lastCells) = before is var (h, c)
            ? ((nint)TensorPointer.Singles(h), (nint)TensorPointer.Singles(c)) : (0, 0);
        var size = (long)rows * width;
        for (var step = 0L; step < frames; step++)
        {
            var frame = reversed ? frames - 1 - step : step;
            var (own, from, fromCells) = (all + (nint)(frame * 4 * size * sizeof(float)), lastHidden, lastCells);
            lastHidden = values + (nint)(frame * size * sizeof(float));
            lastCells = states + (nint)(frame * size * sizeof(float));
            var (to, toCells) = (lastHidden, lastCells);
            var backwards = step % 2 != 0; // what was read last is still in the caches
            RowParts.Run(width, UnitsPerPart, backwards, (first, count) =>
            {
                if (from != 0)
                    add(own, from, (int)first, count, backwards);
                for (var row = 0; row < rows; row++)
                {
                    var at = (row * width) + (int)first;
                    Bend<TLanes>((float*)own + (row * 4L * width) + first, width, fromCells == 0 ? null : (float*)fromCells + at,
                        (float*)to + at, (float*)toCells + at, count);
                }
            });
        }
        GC.KeepAlive(before);
    }

    /// <summary>What the hidden values before the frame add to the gates of some units.</summary>
    private static void AddProducts<TLanes>(float* gates, float* weight, float* before, int rows, int width, int first, int count)
        where TLanes : struct, ILanes<TLanes>
    {
        var sums = stackalloc float[4];
        for (var unit = first; unit < first + count; unit++)
        {
            for (var row = 0; row < rows; row++)
            {
                // its four gates
                RowDots.Four<TLanes>(weight + ((long)unit * width), (long)width * width, width, before + ((long)row * width), width, sums);
                var own = gates + (row * 4L * width) + unit;
                for (var gate = 0; gate < 4; gate++)
                    own[gate * width] += sums[gate];
            }
        }
    }

    private static void Bend<TLanes>(float* gates, int width, float* before, float* hidden, float* cells, int count)
        where TLanes : struct, ILanes<TLanes>
    {
        for (var i = 0; i < count; i += Lanes.Width)
        {
            var left = count - i;
            var input = Gate.Sigmoid(Load<TLanes>(gates + i, left));
            var forget = Gate.Sigmoid(Load<TLanes>(gates + width + i, left));
            var candidate = Gate.Tanh(Load<TLanes>(gates + (2 * width) + i, left));
            var output = Gate.Sigmoid(Load<TLanes>(gates + (3 * width) + i, left));
            var cell = input * candidate;
            if (before != null)
                cell = TLanes.FusedMultiplyAdd(forget, Load<TLanes>(before + i, left), cell);
            Store(input, gates + i, left);
            Store(forget, gates + width + i, left);
            Store(candidate, gates + (2 * width) + i, left);
            Store(output, gates + (3 * width) + i, left);
            Store(cell, cells + i, left);
            Store(output * Gate.Tanh(cell), hidden + i, left);
        }
    }

    private static void Backward<TLanes>(Tensor gates, Tensor turned, Tensor cells, Tensor gradient, bool reversed)
        where TLanes : struct, ILanes<TLanes>
    {
        var (frames, rows, width) = (cells.shape[0], (int)cells.shape[1], (int)cells.shape[2]);
        var (all, matrix) = ((nint)TensorPointer.Singles(gates), (nint)TensorPointer.Singles(turned));
        var (states, outer) = ((nint)TensorPointer.Singles(cells), (nint)TensorPointer.Singles(gradient));
        var size = (long)rows * width;
        using var remembered = zeros([2, rows, width], float32); // gradients that come from the frame behind: of hidden values, of cells
        var (hiddenPart, cellPart) = ((nint)TensorPointer.Singles(remembered), (nint)(TensorPointer.Singles(remembered) + size));
        for (var step = frames - 1; step >= 0; step--)
        {
            var frame = reversed ? frames - 1 - step : step;
            var own = all + (nint)(frame * 4 * size * sizeof(float));
            var state = states + (nint)(frame * size * sizeof(float));
            var earlier = step == 0 ? 0 : states + (nint)((reversed ? frame + 1 : frame - 1) * size * sizeof(float));
            var given = outer + (nint)(frame * size * sizeof(float));
            RowParts.Run(width, UnitsPerPart, (first, count) =>
            {
                for (var row = 0; row < rows; row++)
                {
                    var at = (row * width) + (int)first;
                    Unbend<TLanes>((float*)own + (row * 4L * width) + first, width, (float*)state + at,
                        earlier == 0 ? null : (float*)earlier + at, (float*)given + at, (float*)hiddenPart + at,
                        (float*)cellPart + at, count);
                }
            });
            if (step > 0)
            {
                RowParts.Run(width, UnitsPerPart, (first, count) =>
                    Return<TLanes>((float*)own, (float*)matrix, (float*)hiddenPart, rows, width, (int)first, count));
            }
        }
    }

    private static void Unbend<TLanes>(
        float* gates, int width, float* cells, float* before, float* given, float* hidden, float* cellPart, int count)
        where TLanes : struct, ILanes<TLanes>
    {
        var one = TLanes.Create(1f);
        for (var i = 0; i < count; i += Lanes.Width)
        {
            var left = count - i;
            var (input, forget) = (Load<TLanes>(gates + i, left), Load<TLanes>(gates + width + i, left));
            var (candidate, output) = (Load<TLanes>(gates + (2 * width) + i, left), Load<TLanes>(gates + (3 * width) + i, left));
            var bent = Gate.Tanh(Load<TLanes>(cells + i, left));
            var outer = Load<TLanes>(given + i, left) + Load<TLanes>(hidden + i, left);
            var cell = TLanes.FusedMultiplyAdd(outer * output, one - (bent * bent), Load<TLanes>(cellPart + i, left));
            Store(cell * candidate * input * (one - input), gates + i, left);
            Store(before == null ? TLanes.Zero : cell * Load<TLanes>(before + i, left) * forget * (one - forget), gates + width + i, left);
            Store(cell * input * (one - (candidate * candidate)), gates + (2 * width) + i, left);
            Store(outer * bent * output * (one - output), gates + (3 * width) + i, left);
            Store(cell * forget, cellPart + i, left);
        }
    }

    /// <summary>What the gates of a frame hand back to the hidden values of some units.</summary>
    private static void Return<TLanes>(float* gates, float* turned, float* hidden, int rows, int width, int first, int count)
        where TLanes : struct, ILanes<TLanes>
    {
        var sums = stackalloc float[4];
        var (unit, length, end) = (first, 4 * width, first + count);
        for (; unit <= end - 4; unit += 4)
        {
            for (var row = 0; row < rows; row++)
            {
                RowDots.Four<TLanes>(
                    turned + ((long)unit * length), length, 4L * length, gates + ((long)row * length), length, sums);
                for (var i = 0; i < 4; i++)
                    hidden[((long)row * width) + unit + i] = sums[i];
            }
        }
        for (; unit < end; unit++)
        {
            for (var row = 0; row < rows; row++)
                hidden[((long)row * width) + unit] = RowDots.One(turned + ((long)unit * length), gates + ((long)row * length), length);
        }
    }

    private static TLanes Load<TLanes>(float* source, int left)
        where TLanes : struct, ILanes<TLanes> => Lanes.Load<Float32Format, TLanes>(source, 0, left, 0);

    private static void Store<TLanes>(TLanes value, float* target, int left)
        where TLanes : struct, ILanes<TLanes> => Lanes.Store<Float32Format, TLanes>(value, target, 0, left);
}

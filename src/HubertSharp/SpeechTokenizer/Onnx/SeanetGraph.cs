using HubertSharp.Interop.Onnx;

namespace HubertSharp.SpeechTokenizer.Onnx;

/// <summary>
/// The layers of <see cref="Seanet.SeanetNetwork"/> as nodes, for recordings of any length, and for pieces of them: inputs that have a
/// default say which frames the LSTM gets, where the next piece is cut off, and what it remembers. B recordings, C channels, S samples, T
/// frames, L layers of the LSTM.
/// </summary>
internal sealed class SeanetGraph(OnnxGraph graph, PortableTokenizer tokenizer)
{
    private const int Kernel = 7; // of the first and the last convolution
    private const float SnakeFloor = 1e-9f;

    /// <summary>Beyond any recording: where nothing is cut.</summary>
    private const long Nowhere = 1L << 40;

    private readonly TokenizerConfig _config = tokenizer.Config;
    private readonly HashSet<string> _once = new(StringComparer.Ordinal); // weights that two nodes share

    /// <summary>Samples [B, 1, S] to embeddings [B, D, T].</summary>
    public string Encoder(string x)
    {
        var number = 0;
        string Name() => $"encoder.model.{number++}";
        x = Convolution(x, Name(), Kernel);
        foreach (var stride in _config.Strides.Reverse())
        {
            x = ResidualUnits(x, Name);
            x = Activation(x, Name());
            x = Convolution(x, Name(), 2 * stride, stride);
        }
        x = Piece(x);
        if (_config.LstmLayers > 0)
            x = Lstm(x, Name(), _config.IsBidirectional);
        x = Activation(x, Name());
        return Convolution(x, Name(), Kernel);
    }

    /// <summary>Embeddings [B, D, T] to samples [B, 1, T × hop].</summary>
    public string Decoder(string x)
    {
        var number = 0;
        string Name() => $"decoder.model.{number++}";
        x = Piece(Convolution(x, Name(), Kernel));
        if (_config.LstmLayers > 0)
            x = Lstm(x, Name(), isBidirectional: false);
        foreach (var stride in _config.Strides)
        {
            x = Activation(x, Name());
            x = Transposed(x, Name(), stride);
            x = ResidualUnits(x, Name);
        }
        x = Activation(x, Name());
        return Convolution(x, Name(), Kernel);
    }

    private string ResidualUnits(string x, Func<string> name)
    {
        for (var unit = 0; unit < _config.ResidualLayers; unit++)
        {
            var unitName = name();
            var y = Activation(x, $"{unitName}.block.0");
            y = Convolution(y, $"{unitName}.block.1", _config.ResidualKernel, dilation: (int)Math.Pow(_config.DilationBase, unit));
            y = Activation(y, $"{unitName}.block.2");
            y = Convolution(y, $"{unitName}.block.3", 1);
            x = graph.Node("Add", [y, Convolution(x, $"{unitName}.shortcut", 1)]);
        }
        return x;
    }

    private string Activation(string x, string name)
    {
        if (!_config.IsSnake)
            return graph.Node("Elu", [x], ("alpha", 1f));
        var alpha = tokenizer.Tensors[$"{name}.alpha"];
        var (values, frequency) = (alpha.ToSingles(), $"{name}.alpha");
        graph.Weight(frequency, alpha.Shape, values);
        var wave = graph.Node("Sin", [graph.Node("Mul", [x, frequency])]);
        var height = graph.Weight($"{frequency}.reciprocal", alpha.Shape, Array.ConvertAll(values, a => 1 / (a + SnakeFloor)));
        return graph.Node("Add", [x, graph.Node("Mul", [graph.Node("Mul", [wave, wave]), height])]);
    }

    private string Convolution(string x, string name, int kernel, int stride = 1, int dilation = 1)
    {
        var reach = ((kernel - 1) * dilation) + 1;
        var right = (reach - stride) / 2;
        var left = reach - stride - right;
        if (left > 0 || right > 0 || stride > 1)
            x = Reflected(x, left, right, stride);
        return graph.Node("Conv", [x, Normed($"{name}.conv.conv"), Weight($"{name}.conv.conv.bias")],
            ("kernel_shape", new long[] { kernel }), ("strides", new long[] { stride }), ("dilations", new long[] { dilation }));
    }

    /// <summary>
    /// Padded by reflection, at the end up to the last frame's, too. A clip that is too short to be reflected gets zeros first, which are
    /// cut off again.
    /// </summary>
    private string Reflected(string x, int left, int right, int stride)
    {
        var size = graph.SizeOf(x, 2);
        var atEnd = graph.Integer(right);
        if (stride > 1)
        {
            var frames = graph.Node("Div", [graph.Node("Add", [size, graph.Integer(stride - 1)]), graph.Integer(stride)]);
            var lacking = graph.Node("Sub", [graph.Node("Mul", [frames, graph.Integer(stride)]), size]);
            atEnd = graph.Node("Add", [lacking, atEnd]);
        }
        var most = graph.Node("Max", [graph.Integer(left), atEnd]);
        var zeros = graph.Node("Max",
            [graph.Integer(0), graph.Node("Add", [graph.Node("Sub", [most, size]), graph.Integer(1)])]);
        string Pads(string before, string after) => graph.Node("Concat",
            [OnnxWindows.AsList(graph, before), OnnxWindows.AsList(graph, after)], ("axis", 0L));
        var longer = graph.Node("Pad", [x, Pads(graph.Integer(0), zeros), graph.Number(0), graph.Integers(2)]);
        var padded = graph.Node("Pad", [longer, Pads(graph.Integer(left), atEnd), "", graph.Integers(2)], ("mode", "reflect"));
        var end = graph.Node("Sub", [graph.SizeOf(padded, 2), zeros]);
        return graph.Node("Slice", [padded, graph.Integers(0), OnnxWindows.AsList(graph, end), graph.Integers(2)]);
    }

    private string Transposed(string x, string name, int stride) => graph.Node("ConvTranspose",
        [x, Normed($"{name}.convtr.convtr"), Weight($"{name}.convtr.convtr.bias")], ("kernel_shape", new long[] { 2 * stride }),
        ("strides", new long[] { stride }), ("pads", new long[] { stride - (stride / 2), stride / 2 }));

    /// <summary>The frames that the LSTM gets; of a whole recording all.</summary>
    private string Piece(string x)
    {
        var skip = graph.Input("skip", OnnxType.Int64, [1], 0);
        var end = graph.Node("Add", [skip, graph.Input("frames", OnnxType.Int64, [1], Nowhere)]);
        return graph.Node("Slice", [x, skip, end, graph.Integers(2)]);
    }

    /// <summary>With a shortcut around all layers; of two directions its input counts twice.</summary>
    private string Lstm(string x, string name, bool isBidirectional)
    {
        var input = graph.Node("Transpose", [x], ("perm", new long[] { 2, 0, 1 })); // [T, B, C]
        var (frames, rows) = (graph.SizeOf(input, 0), graph.SizeOf(input, 1));
        var cut = graph.Node("Min", [graph.Input("cut", OnnxType.Int64, [1], Nowhere), OnnxWindows.AsList(graph, frames)]);
        var width = _config.Width;
        // a given one has the size of the batch, the default counts for all of it
        var before = graph.Node("Expand",
            [graph.Input("before", OnnxType.Float32, [2L * _config.LstmLayers, 1, width], new float[2 * _config.LstmLayers * width]),
                graph.Node("Concat", [graph.Integers(1), OnnxWindows.AsList(graph, rows), graph.Integers(1)], ("axis", 0L))]); // [2L, B, C]
        var after = new List<string>();
        var last = input;
        for (var layer = 0; layer < _config.LstmLayers; layer++)
        {
            string State(int place) =>
                graph.Node("Slice",
                    [before, graph.Integers((2 * layer) + place), graph.Integers((2 * layer) + place + 1), graph.Integers(0)]);
            var (output, hidden, cell) = Forward(last, name, layer, (State(0), State(1)), cut, frames);
            after.AddRange([hidden, cell]);
            last = isBidirectional
                ? graph.Node("Concat", [output, Direction(last, name, layer, "_reverse", null)[0]], ("axis", 2L)) : output;
        }
        graph.Output(graph.Node("Concat", after, ("axis", 0L)), "after", OnnxType.Float32, $"{2 * _config.LstmLayers}", "batch",
            $"{width}");
        var shortcut = isBidirectional ? graph.Node("Concat", [input, input], ("axis", 2L)) : input;
        return graph.Node("Transpose", [graph.Node("Add", [last, shortcut])], ("perm", new long[] { 1, 2, 0 }));
    }

    /// <summary>
    /// The forward direction up to the cut and from there on, and what it remembers between. A frame that is left out again stands at the
    /// end, so that the second part is never empty.
    /// </summary>
    private (string Output, string Hidden, string Cell) Forward(
        string x, string name, int layer, (string, string) before, string cut, string frames)
    {
        var zero = graph.Integers(0);
        var longer = graph.Node("Concat", [x, graph.Node("Slice", [x, zero, graph.Integers(1), zero])], ("axis", 0L));
        var first = Direction(graph.Node("Slice", [longer, zero, cut, zero]), name, layer, "", before);
        var rest = graph.Node("Slice", [longer, cut, graph.Integers(long.MaxValue), zero]);
        var second = Direction(rest, name, layer, "", (first[1], first[2]));
        var output = graph.Node("Slice", [graph.Node("Concat", [first[0], second[0]], ("axis", 0L)), zero,
            OnnxWindows.AsList(graph, frames), zero]);
        return (output, first[1], first[2]);
    }

    /// <summary>One direction: outputs [T, B, C], and hidden values and cells at its end, [1, B, C] each.</summary>
    private string[] Direction(string x, string name, int layer, string ending, (string Hidden, string Cell)? before)
    {
        var place = $"_l{layer}{ending}";
        string[] inputs =
            [x, Gates($"{name}.lstm.weight_ih{place}"), Gates($"{name}.lstm.weight_hh{place}"), Biases($"{name}.lstm", place)];
        var found = graph.Nodes("LSTM", before is var (hidden, cell) ? [.. inputs, "", hidden, cell] : inputs, 3,
            ("hidden_size", (long)_config.Width), ("direction", ending.Length > 0 ? "reverse" : "forward"));
        found[0] = graph.Node("Squeeze", [found[0], graph.Integers(1)]); // [T, directions, B, C]
        return found;
    }

    /// <summary>torch has input, forget, cell and output gate, ONNX input, output, forget and cell.</summary>
    private static IEnumerable<float> Turned(float[] gates)
    {
        var size = gates.Length / 4;
        return new[] { 0, 3, 1, 2 }.SelectMany(gate => new ArraySegment<float>(gates, gate * size, size));
    }

    private string Gates(string name)
    {
        var stored = tokenizer.Tensors[name];
        return _once.Add(name) ? graph.Weight(name, [1, .. stored.Shape], Turned(stored.ToSingles()).ToArray()) : name;
    }

    private string Biases(string name, string ending)
    {
        var own = $"{name}.bias{ending}";
        return !_once.Add(own) ? own : graph.Weight(own, [1, 8L * _config.Width],
            new[] { "bias_ih", "bias_hh" }.SelectMany(kind => Turned(tokenizer.Tensors[$"{name}.{kind}{ending}"].ToSingles())).ToArray());
    }

    private string Weight(string name)
    {
        var stored = tokenizer.Tensors[name];
        return graph.Weight(name, stored.Shape, stored.ToSingles());
    }

    /// <summary>g v / |v|, the norm over all axes but the first.</summary>
    private string Normed(string name)
    {
        var stored = tokenizer.Tensors[$"{name}.weight_v"];
        var (norms, weight) = (tokenizer.Tensors[$"{name}.weight_g"].ToSingles(), stored.ToSingles());
        var size = weight.Length / norms.Length;
        for (var row = 0; row < norms.Length; row++)
        {
            var direction = weight.AsSpan(row * size, size);
            var squares = 0.0;
            foreach (var value in direction)
                squares += (double)value * value;
            var scale = norms[row] / Math.Sqrt(squares);
            for (var i = 0; i < size; i++)
                direction[i] = (float)(direction[i] * scale);
        }
        return graph.Weight($"{name}.weight", stored.Shape, weight);
    }
}

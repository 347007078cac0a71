using HubertSharp.Interop;
using HubertSharp.Interop.Onnx;
using HubertSharp.SpeechTokenizer.Seanet;
using HubertSharp.SpeechTokenizer.Weights;

namespace HubertSharp.SpeechTokenizer.Onnx;

/// <summary>
/// Writes a tokenizer as two ONNX graphs for batches and lengths of any size. Encoder: <c>samples</c> [B, S] float32 to <c>codes</c> [N, B,
/// T] int64. Decoder: <c>codes</c> [n, B, T] of n quantisers that follow one another and <c>first</c> [1] int64, the first of them from 0,
/// to <c>waveform</c> [B, T × hop]. Inputs with a default are for recordings in pieces: <c>skip</c> and <c>frames</c> of what the LSTM
/// gets, <c>cut</c>, where it says <c>after</c> what it remembers, and <c>before</c>, which takes that. B recordings, S samples, T = ceil(S
/// / hop) frames, N quantisers, K codes, D dimensions.
/// </summary>
internal static class TokenizerExporter
{
    private const string EncoderKind = "encoder", DecoderKind = "decoder";

    /// <summary>What HubertSharp.Onnx knows the graphs by.</summary>
    private const string Format = "hubertsharp.tokenizer.v1";

    /// <exception cref="Runs.UserException">The disk is full or the folder cannot be written.</exception>
    public static void WriteEncoder(string path, PortableTokenizer tokenizer)
    {
        var graph = Graph(tokenizer, EncoderKind);
        var samples = graph.Input("samples", OnnxType.Float32, "batch", "samples");
        var embeddings = new SeanetGraph(graph, tokenizer).Encoder(graph.Node("Unsqueeze", [samples, graph.Integers(1)])); // [B, D, T]
        var residual = graph.Node("Transpose", [embeddings], ("perm", new long[] { 0, 2, 1 })); // [B, T, D]
        var codes = new List<string>();
        for (var quantizer = 0; quantizer < tokenizer.Config.Quantizers; quantizer++)
        {
            var values = Book(tokenizer, quantizer);
            var book = graph.Weight(BookName(quantizer), [tokenizer.Config.CodebookSize, tokenizer.Config.Dimension], values);
            var nearest = Nearest(graph, tokenizer.Config, residual, quantizer, values);
            codes.Add(graph.Node("Unsqueeze", [nearest, graph.Integers(0)]));
            if (quantizer < tokenizer.Config.Quantizers - 1)
                residual = graph.Node("Sub", [residual, graph.Node("Gather", [book, nearest], ("axis", 0L))]);
        }
        graph.Output(
            graph.Node("Concat", codes, ("axis", 0L)), "codes", OnnxType.Int64, $"{tokenizer.Config.Quantizers}", "batch", "frames");
        Write(graph, path);
    }

    /// <exception cref="Runs.UserException">The disk is full or the folder cannot be written.</exception>
    public static void WriteDecoder(string path, PortableTokenizer tokenizer)
    {
        var (graph, config) = (Graph(tokenizer, DecoderKind), tokenizer.Config);
        var codes = graph.Input("codes", OnnxType.Int64, "quantizers", "batch", "frames");
        var first = graph.Input("first", OnnxType.Int64, "1");
        // the codebooks lie one behind the other: the code of a quantiser is moved to its book
        var books = graph.Weight("codebooks", [(long)config.Quantizers * config.CodebookSize, config.Dimension],
            Enumerable.Range(0, config.Quantizers).SelectMany(quantizer => Book(tokenizer, quantizer)).ToArray());
        var numbers = graph.Node("Add", [first, graph.Node("Range", [graph.Integer(0), graph.SizeOf(codes, 0), graph.Integer(1)])]); // [n]
        var moved = graph.Node("Add", [codes, graph.Node("Unsqueeze",
            [graph.Node("Mul", [numbers, graph.Integer(config.CodebookSize)]), graph.Integers(1, 2)])]);
        var vectors = graph.Node("Gather", [books, moved], ("axis", 0L)); // [n, B, T, D]
        var sum = graph.Node("ReduceSum", [vectors, graph.Integers(0)], ("keepdims", 0L));
        var embeddings = graph.Node("Transpose", [sum], ("perm", new long[] { 0, 2, 1 })); // [B, D, T]
        var waveform = new SeanetGraph(graph, tokenizer).Decoder(embeddings); // [B, 1, S]
        graph.Output(graph.Node("Squeeze", [waveform, graph.Integers(1)]), "waveform", OnnxType.Float32, "batch", "samples");
        Write(graph, path);
    }

    /// <summary>|r|² − 2 r·c + |c|², summed as <see cref="ResidualQuantizer"/> sums it.</summary>
    private static string Nearest(OnnxGraph graph, TokenizerConfig config, string residual, int quantizer, float[] book)
    {
        var (codes, width) = (config.CodebookSize, config.Dimension);
        var turned = new float[book.Length]; // [D, K]
        var squares = new float[codes];
        for (var k = 0; k < codes; k++)
        {
            for (var d = 0; d < width; d++)
            {
                turned[(d * codes) + k] = book[(k * width) + d];
                squares[k] += book[(k * width) + d] * book[(k * width) + d];
            }
        }
        var length = graph.Node("ReduceSum", [graph.Node("Mul", [residual, residual]), graph.Integers(-1)], ("keepdims", 1L));
        var products = graph.Node("MatMul", [graph.Node("Mul", [residual, graph.Number(2)]),
            graph.Weight($"{BookName(quantizer)}.turned", [width, codes], turned)]);
        var distances = graph.Node("Add", [graph.Node("Sub", [length, products]),
            graph.Weight($"{BookName(quantizer)}.squares", [codes], squares)]);
        return graph.Node("ArgMin", [distances], ("axis", -1L), ("keepdims", 0L));
    }

    private static string BookName(int quantizer) => $"quantizer.vq.layers.{quantizer}._codebook.embed";

    private static float[] Book(PortableTokenizer tokenizer, int quantizer) => tokenizer.Tensors[BookName(quantizer)].ToSingles();

    private static OnnxGraph Graph(PortableTokenizer tokenizer, string kind)
    {
        var graph = new OnnxGraph();
        var config = tokenizer.Config;
        using var notes = new ParameterNotes();
        var reach = (kind == EncoderKind ? SeanetNetwork.Encoder(notes, config) : SeanetNetwork.Decoder(notes, config)).Reach;
        foreach (var (key, value) in new[]
        {
            ("format", Format), ("kind", kind), ("sample_rate", $"{config.SampleRate}"), ("hop", $"{config.Hop}"),
            ("quantizers", $"{config.Quantizers}"), ("codebook_size", $"{config.CodebookSize}"),
            ("front_frames", $"{reach.FrontFrames}"), ("back_frames", $"{reach.BackFrames}"),
            ("looks_ahead", $"{(reach.LooksAhead ? 1 : 0)}"),
            ("lstm_layers", $"{config.LstmLayers}"), ("width", $"{config.Width}"),
        })
        {
            graph.Metadata[key] = value;
        }
        return graph;
    }

    private static void Write(OnnxGraph graph, string path) =>
        graph.Write(path, Path.GetFileName(path) + OutputPlace.WeightsBeside, OnnxGraph.MostInlineBytes);
}

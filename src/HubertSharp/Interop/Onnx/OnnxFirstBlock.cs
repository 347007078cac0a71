namespace HubertSharp.Interop.Onnx;

// B rows, S samples, T frames of this block, C channels, K kernel.

/// <summary>
/// The first block of Base models, convolution and group norm as one matrix product. The convolution is linear, so mean and variance of
/// a channel follow from the mean and the covariance of the K samples under the kernel: [K, K] numbers, computed in double precision
/// over a minute of audio, where a sum of float32 over 192,000 frames would be off in the fourth digit, and without a pass over [C, T].
/// </summary>
internal static class OnnxFirstBlock
{
    private const double Epsilon = 1e-5;

    /// <param name="graph">Gets the nodes.</param>
    /// <param name="samples">[B, S].</param>
    /// <param name="kernel">K.</param>
    /// <param name="stride">Samples between frames.</param>
    /// <param name="weight">[C, 1, K]; a bias would cancel out in the norm.</param>
    /// <param name="normWeight">[C].</param>
    /// <param name="normBias">[C].</param>
    /// <returns>[B, C, T], before the activation.</returns>
    public static string Add(OnnxGraph graph, string samples, int kernel, int stride, float[] weight, float[] normWeight, float[] normBias)
    {
        var channels = normWeight.Length;
        var frames = Frames(graph, samples, kernel, stride, out var count); // [B, T, K]
        var exact = graph.Cast(frames, OnnxType.Float64);
        var mean = graph.Node("ReduceMean", [exact, graph.Integers(1)], ("keepdims", 1L)); // [B, 1, K]
        var centred = graph.Node("Sub", [exact, mean]);
        var turned = graph.Node("Transpose", [centred], ("perm", new long[] { 0, 2, 1 }));
        var covariance = graph.Node("Div", [graph.Node("MatMul", [turned, centred]), graph.Cast(count, OnnxType.Float64)]); // [B, K, K]
        var kernels = graph.Weight("first_block.weight", [channels, kernel], Array.ConvertAll(weight, w => (double)w));
        // [B, C, 1]
        var variance = graph.Node("ReduceSum",
            [graph.Node("Mul", [graph.Node("MatMul", [kernels, covariance]), kernels]), graph.Integers(2)], ("keepdims", 1L));
        var deviation = graph.Node("Sqrt", [graph.Node("Add", [variance, graph.Weight("first_block.epsilon", [], [Epsilon])])]);
        var scale = graph.Node("Div",
            [graph.Weight("first_block.norm_weight", [channels, 1], Array.ConvertAll(normWeight, w => (double)w)), deviation]);
        var scaled = graph.Node("Mul", [kernels, scale]); // [B, C, K]
        var offset = graph.Node("Sub", [
            graph.Weight("first_block.norm_bias", [channels, 1], Array.ConvertAll(normBias, w => (double)w)),
            graph.Node("MatMul", [scaled, graph.Node("Transpose", [mean], ("perm", new long[] { 0, 2, 1 }))])]); // [B, C, 1]

        // the offset is the weight of a row of ones
        var product = graph.Cast(graph.Node("Concat", [scaled, offset], ("axis", 2L)), OnnxType.Float32); // [B, C, K + 1]
        var rows = graph.Node("Transpose", [frames], ("perm", new long[] { 0, 2, 1 }));
        var first = graph.Node("Slice", [rows, graph.Integers(0), graph.Integers(1), graph.Integers(1)]); // [B, 1, T]
        var ones = graph.Node("Expand", [graph.Number(1), graph.Node("Shape", [first])]);
        return graph.Node("MatMul", [product, graph.Node("Concat", [rows, ones], ("axis", 1L))]);
    }

    /// <summary>The K samples of each frame: stretches of one stride, shifted and joined.</summary>
    private static string Frames(OnnxGraph graph, string samples, int kernel, int stride, out string count)
    {
        var pieces = (kernel + stride - 1) / stride;
        count = graph.Node("Add", [graph.Node("Div",
            [graph.Node("Sub", [graph.SizeOf(samples, 1), graph.Integer(kernel)]), graph.Integer(stride)]), graph.Integer(1)]);
        var rows = graph.Node("Add", [count, graph.Integer(pieces - 1)]);
        // a kernel that is no multiple of the stride reaches beyond the last sample: into zeros that are cut off again
        var padded = graph.Node("Pad", [samples, graph.Integers(0, 0, 0, pieces * stride), graph.Number(0)]);
        var kept = graph.Node("Slice",
            [padded, graph.Integers(0), AsList(graph, graph.Node("Mul", [rows, graph.Integer(stride)])), graph.Integers(1)]);
        var grid = graph.Node("Reshape", [kept, graph.Integers(0, -1, stride)]); // [B, rows, stride]
        var parts = new List<string>();
        for (var piece = 0; piece < pieces; piece++)
        {
            var end = graph.Node("Add", [count, graph.Integer(piece)]);
            var part = graph.Node("Slice", [grid, graph.Integers(piece), AsList(graph, end), graph.Integers(1)]);
            var width = Math.Min(stride, kernel - (piece * stride));
            parts.Add(width == stride ? part : graph.Node("Slice", [part, graph.Integers(0), graph.Integers(width), graph.Integers(2)]));
        }
        return parts.Count == 1 ? parts[0] : graph.Node("Concat", parts, ("axis", 2L));
    }

    private static string AsList(OnnxGraph graph, string number) => graph.Node("Unsqueeze", [number, graph.Integers(0)]);
}

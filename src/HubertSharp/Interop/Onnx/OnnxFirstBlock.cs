namespace HubertSharp.Interop.Onnx;

// B rows, S samples, T frames of this block, C channels, K kernel.

/// <summary>
/// The first block of Base models, convolution and group norm as one matrix product. The convolution is linear, so mean and variance of
/// a channel follow from the mean and the covariance of the K samples under the kernel: [K, K] numbers, computed in double precision
/// over a minute of audio, where a sum of float32 over 192,000 frames would be off in the fourth digit, and without a pass over [C, T].
/// In double precision it multiplies and adds number by number: some versions of ONNX Runtime join a matrix product with the transposition
/// before it into an operator that they have for float32 alone, and refuse the model.
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
        var frames = OnnxWindows.Of(graph, samples, kernel, stride, out var count); // [B, T, K]
        var rows = graph.Node("Transpose", [frames], ("perm", new long[] { 0, 2, 1 })); // [B, K, T]
        var exact = graph.Cast(rows, OnnxType.Float64);
        var mean = graph.Node("ReduceMean", [exact, graph.Integers(2)], ("keepdims", 1L)); // [B, K, 1]
        var covariance = graph.Node("Div",
            [Products(graph, graph.Node("Sub", [exact, mean]), kernel), graph.Cast(count, OnnxType.Float64)]); // [B, K, K]
        var kernels = graph.Weight("first_block.weight", [channels, kernel], Array.ConvertAll(weight, w => (double)w));
        // [B, C, 1]
        var variance = Sum(graph, graph.Weight("first_block.weight_pairs", [channels, kernel * kernel], Pairs(weight, kernel)),
            graph.Node("Reshape", [covariance, graph.Integers(0, 1, kernel * kernel)]));
        var deviation = graph.Node("Sqrt", [graph.Node("Add", [variance, graph.Weight("first_block.epsilon", [], [Epsilon])])]);
        var scale = graph.Node("Div",
            [graph.Weight("first_block.norm_weight", [channels, 1], Array.ConvertAll(normWeight, w => (double)w)), deviation]);
        var scaled = graph.Node("Mul", [kernels, scale]); // [B, C, K]
        var offset = graph.Node("Sub", [
            graph.Weight("first_block.norm_bias", [channels, 1], Array.ConvertAll(normBias, w => (double)w)),
            Sum(graph, scaled, graph.Node("Reshape", [mean, graph.Integers(0, 1, kernel)]))]); // [B, C, 1]

        // the offset is the weight of a row of ones
        var product = graph.Cast(graph.Node("Concat", [scaled, offset], ("axis", 2L)), OnnxType.Float32); // [B, C, K + 1]
        var first = graph.Node("Slice", [rows, graph.Integers(0), graph.Integers(1), graph.Integers(1)]); // [B, 1, T]
        var ones = graph.Node("Expand", [graph.Number(1), graph.Node("Shape", [first])]);
        return graph.Node("MatMul", [product, graph.Node("Concat", [rows, ones], ("axis", 1L))]);
    }

    /// <summary>Σ_t x[k, t] · x[l, t].</summary>
    /// <param name="x">[B, K, T].</param>
    /// <returns>[B, K, K].</returns>
    private static string Products(OnnxGraph graph, string x, int kernel) => graph.Node("Concat", Enumerable.Range(0, kernel).Select(k =>
        Sum(graph, x, graph.Node("Slice", [x, graph.Integers(k), graph.Integers(k + 1), graph.Integers(1)]))), ("axis", 2L));

    /// <summary>The products of two values, added up along the last axis, which stays with one number.</summary>
    private static string Sum(OnnxGraph graph, string a, string b) =>
        graph.Node("ReduceSum", [graph.Node("Mul", [a, b]), graph.Integers(2)], ("keepdims", 1L));

    /// <summary>w[k] · w[l] of each channel, [C, K · K].</summary>
    private static double[] Pairs(float[] weight, int kernel)
    {
        var pairs = new double[weight.Length * kernel];
        for (var i = 0; i < weight.Length; i++)
        {
            for (var l = 0; l < kernel; l++)
                pairs[(i * kernel) + l] = (double)weight[i] * weight[i / kernel * kernel + l];
        }
        return pairs;
    }
}

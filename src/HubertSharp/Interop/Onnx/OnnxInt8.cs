namespace HubertSharp.Interop.Onnx;

/// <summary>
/// Matrix products in 8 bits (dynamic quantisation): weights to [−127, 127] per output channel beforehand, activations to
/// [0, 255] by the range that a tensor happens to have. ONNX Runtime joins these nodes into one. Weights are stored as unsigned
/// numbers around 128: on processors without VNNI, ONNX Runtime adds products of unsigned and signed bytes in 16 bits, which saturate.
/// </summary>
internal static class OnnxInt8
{
    private const float Largest = 127;
    private const byte Zero = 128;

    /// <param name="graph">Gets the nodes.</param>
    /// <param name="x">[B, T, inputs] float32.</param>
    /// <param name="name">Of the weights.</param>
    /// <param name="weight">[outputs, inputs].</param>
    /// <param name="bias">[outputs].</param>
    /// <param name="inputs">Width of <paramref name="x"/>.</param>
    /// <returns>[B, T, outputs] float32.</returns>
    public static string Linear(OnnxGraph graph, string x, string name, float[] weight, float[] bias, int inputs)
    {
        var outputs = bias.Length;
        var rounded = new byte[weight.Length]; // [inputs, outputs]
        var scales = new float[outputs];
        for (var o = 0; o < outputs; o++)
        {
            var row = weight.AsSpan(o * inputs, inputs);
            var largest = 0f;
            foreach (var value in row)
                largest = Math.Max(largest, Math.Abs(value));
            scales[o] = largest > 0 ? largest / Largest : 1;
            for (var i = 0; i < inputs; i++)
                rounded[(i * outputs) + o] = (byte)(Zero + Math.Clamp(MathF.Round(row[i] / scales[o]), -Largest, Largest));
        }
        var quantised = graph.Nodes("DynamicQuantizeLinear", [x], 3); // values, scale, zero point
        var rows = graph.Weight(name + ".weight_int8", OnnxType.UInt8, [inputs, outputs], rounded);
        var product = graph.Node("MatMulInteger",
            [quantised[0], rows, quantised[2], graph.Weight(name + ".zero", OnnxType.UInt8, [], new[] { Zero })]);
        var scale = graph.Node("Mul", [quantised[1], graph.Weight(name + ".scale", [outputs], scales)]);
        return graph.Node("Add", [graph.Node("Mul", [graph.Node("Cast", [product], ("to", (long)OnnxType.Float32)), scale]),
            graph.Weight(name + ".bias", [outputs], bias)]);
    }
}

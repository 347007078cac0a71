namespace HubertSharp.Interop.Onnx;

// B rows, S samples, T frames, K samples of one.

/// <summary>Windows over samples without an operator for them.</summary>
internal static class OnnxWindows
{
    /// <summary>The K samples of each frame: stretches of one stride, shifted and joined.</summary>
    /// <param name="graph">Gets the nodes.</param>
    /// <param name="samples">[B, S].</param>
    /// <param name="kernel">K.</param>
    /// <param name="stride">Samples between frames.</param>
    /// <param name="count">T.</param>
    /// <returns>[B, T, K].</returns>
    public static string Of(OnnxGraph graph, string samples, int kernel, int stride, out string count)
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

    /// <summary>A number as a list of one.</summary>
    public static string AsList(OnnxGraph graph, string number) => graph.Node("Unsqueeze", [number, graph.Integers(0)]);
}

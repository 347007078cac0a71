using HubertSharp.Models;

namespace HubertSharp.Interop.Onnx;

/// <summary>A model's parameters as nodes: norms and linear layers by fairseq's names.</summary>
internal sealed class OnnxLayers(OnnxGraph graph, PortableModel portable, bool int8)
{
    private const float Epsilon = 1e-5f; // of every norm in HuBERT

    private readonly HashSet<string> _written = new(StringComparer.Ordinal);

    /// <summary>Layer norm over the last axis.</summary>
    public string Norm(string x, string name) =>
        graph.Node("LayerNormalization", [x, Weight(name + ".weight"), Weight(name + ".bias")], ("axis", -1L), ("epsilon", Epsilon));

    /// <summary>A linear layer of the model.</summary>
    public string Linear(string x, string name) =>
        Linear(x, name, Values(name + ".weight"), Values(name + ".bias"), (int)portable.Weights[name + ".weight"].Shape[1]);

    /// <summary>A linear layer, in 8 bits where asked for.</summary>
    /// <param name="weight">[outputs, inputs].</param>
    public string Linear(string x, string name, float[] weight, float[] bias, int inputs) => int8
        ? OnnxInt8.Linear(graph, x, name, weight, bias, inputs)
        : graph.Node("Add", [graph.Node("MatMul", [x, graph.Weight(name + ".weight", [inputs, bias.Length], Turned(weight, inputs))]),
            graph.Weight(name + ".bias", [bias.Length], bias)]);

    private static float[] Turned(float[] weight, int inputs)
    {
        var outputs = weight.Length / inputs;
        var turned = new float[weight.Length];
        for (var o = 0; o < outputs; o++)
        {
            for (var i = 0; i < inputs; i++)
                turned[(i * outputs) + o] = weight[(o * inputs) + i];
        }
        return turned;
    }

    /// <summary>g · v / ‖v‖ over all but the kernel axis.</summary>
    public string PositionalWeight()
    {
        var (direction, magnitude) = (Values("encoder.pos_conv.0.weight_v"), Values("encoder.pos_conv.0.weight_g"));
        var kernel = magnitude.Length;
        var squares = new double[kernel];
        for (var i = 0; i < direction.Length; i++)
            squares[i % kernel] += (double)direction[i] * direction[i];
        var weight = direction.Select((v, i) => (float)(v * (magnitude[i % kernel] / Math.Sqrt(squares[i % kernel])))).ToArray();
        return graph.Weight("encoder.pos_conv.0.weight", portable.Weights["encoder.pos_conv.0.weight_v"].Shape, weight);
    }

    /// <summary>The batch norm before the positions, by its running statistics: one factor and one summand per channel.</summary>
    /// <param name="x">[B, D, T].</param>
    public string PositionalNorm(string x)
    {
        var (mean, variance) = (portable.Buffers[HubertBuffers.Mean].ToSingles(), portable.Buffers[HubertBuffers.Variance].ToSingles());
        var (weight, bias) = (Values("encoder.pos_conv.0.weight"), Values("encoder.pos_conv.0.bias"));
        var scale = weight.Select((w, c) => (float)(w / Math.Sqrt(variance[c] + (double)Epsilon))).ToArray();
        var shift = bias.Select((b, c) => (float)(b - (mean[c] * (double)scale[c]))).ToArray();
        return graph.Node("Add", [
            graph.Node("Mul", [x, graph.Weight("encoder.pos_conv.0.scale", [scale.Length, 1], scale)]),
            graph.Weight("encoder.pos_conv.0.shift", [shift.Length, 1], shift)]);
    }

    /// <summary>A parameter under its own name, written once.</summary>
    public string Weight(string name) => _written.Add(name) ? graph.Weight(name, portable.Weights[name].Shape, Values(name)) : name;

    /// <summary>The numbers of what is no parameter.</summary>
    public float[] Buffer(string name) => portable.Buffers[name].ToSingles();

    /// <summary>A parameter's numbers, row by row.</summary>
    public float[] Values(string name) => portable.Weights[name].ToSingles();
}

using HubertSharp.Runs.Configuration.Groups;

namespace HubertSharp.Interop.Onnx;

// B rows, T frames, D width, H heads, E = D / H.

/// <summary>One Transformer layer; see <see cref="Models.Transformer.EncoderLayer"/>.</summary>
internal sealed class OnnxEncoderLayer
{
    private readonly OnnxGraph graph;
    private readonly OnnxLayers layers;
    private readonly ModelConfig config;
    private readonly string prefix;

    private OnnxEncoderLayer(OnnxGraph graph, OnnxLayers layers, ModelConfig config, string prefix) =>
        (this.graph, this.layers, this.config, this.prefix) = (graph, layers, config, prefix);

    /// <param name="graph">Gets the nodes.</param>
    /// <param name="layers">The parameters.</param>
    /// <param name="config">The model group.</param>
    /// <param name="x">[B, T, D].</param>
    /// <param name="bias">[B, 1, 1, T]: −inf where padding.</param>
    /// <param name="index">From 0.</param>
    /// <returns>[B, T, D].</returns>
    public static string Add(OnnxGraph graph, OnnxLayers layers, ModelConfig config, string x, string bias, int index) =>
        new OnnxEncoderLayer(graph, layers, config, $"encoder.layers.{index}.").Add(x, bias);

    private string Add(string x, string bias)
    {
        if (config.LayerNormFirst)
        {
            x = graph.Node("Add", [x, Attend(layers.Norm(x, prefix + "self_attn_layer_norm"), bias)]);
            return graph.Node("Add", [x, FeedForward(layers.Norm(x, prefix + "final_layer_norm"))]);
        }
        x = layers.Norm(graph.Node("Add", [x, Attend(x, bias)]), prefix + "self_attn_layer_norm");
        return layers.Norm(graph.Node("Add", [x, FeedForward(x)]), prefix + "final_layer_norm");
    }

    private string Attend(string x, string bias)
    {
        var (width, heads) = (config.EncoderEmbedDim, config.EncoderAttentionHeads);
        var parts = graph.Nodes("Split", [QueriesKeysValues(x)], 3, ("axis", -1L), ("num_outputs", 3L)); // [B, T, D] each
        string Split(string part, params long[] order) =>
            graph.Node("Transpose", [graph.Node("Reshape", [part, graph.Integers(0, 0, heads, width / heads)])], ("perm", order));

        var scores = graph.Node("MatMul", [Split(parts[0], 0, 2, 1, 3), Split(parts[1], 0, 2, 3, 1)]); // [B, H, T, T]
        var weights = graph.Node("Softmax", [graph.Node("Add", [scores, bias])], ("axis", -1L));
        var mixed = graph.Node("Transpose", [graph.Node("MatMul", [weights, Split(parts[2], 0, 2, 1, 3)])],
            ("perm", new long[] { 0, 2, 1, 3 }));
        return layers.Linear(graph.Node("Reshape", [mixed, graph.Integers(0, 0, width)]), prefix + "self_attn.out_proj");
    }

    /// <summary>One product for all three, the queries' scale in their weights.</summary>
    private string QueriesKeysValues(string x)
    {
        var (width, scale) = (config.EncoderEmbedDim, (float)Math.Pow((double)config.EncoderEmbedDim / config.EncoderAttentionHeads, -0.5));
        float[] Joined(string part) =>
        [
            .. layers.Values($"{prefix}self_attn.q_proj.{part}").Select(v => v * scale),
            .. layers.Values($"{prefix}self_attn.k_proj.{part}"), .. layers.Values($"{prefix}self_attn.v_proj.{part}"),
        ];
        return layers.Linear(x, prefix + "self_attn.qkv", Joined("weight"), Joined("bias"), inputs: width);
    }

    private string FeedForward(string x) => layers.Linear(graph.Node("Gelu", [layers.Linear(x, prefix + "fc1")]), prefix + "fc2");
}

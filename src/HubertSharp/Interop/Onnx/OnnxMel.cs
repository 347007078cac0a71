using HubertSharp.Audio.Spectra;
using HubertSharp.Models;
using HubertSharp.Models.Mel;
using HubertSharp.Runs.Configuration.Groups;

namespace HubertSharp.Interop.Onnx;

// B rows, S samples, M windows every 10 ms, F energies, T frames, D width.

/// <summary>The log-mel front ends as nodes, from samples on; see <see cref="MelFrontEnd"/>.</summary>
internal static class OnnxMel
{
    /// <param name="graph">Gets the nodes.</param>
    /// <param name="layers">The parameters.</param>
    /// <param name="config">The model group.</param>
    /// <param name="samples">[B, S].</param>
    /// <param name="lengths">[B].</param>
    /// <returns>[B, T, 80] or [B, T, D].</returns>
    public static string Add(OnnxGraph graph, OnnxLayers layers, ModelConfig config, string samples, string lengths)
    {
        var mel = MelShape.OfMel(config);
        var energies = Energies(graph, layers, mel, samples, lengths, out var count);
        return config.Frontend == Frontends.Mel20
            ? Stacked(graph, mel, energies, count)
            : Convolved(graph, layers, mel, energies, count);
    }

    /// <summary>Normalised, zero where a window is not all audio.</summary>
    /// <returns>[B, M, F].</returns>
    private static string Energies(
        OnnxGraph graph, OnnxLayers layers, MelShape mel, string samples, string lengths, out string count)
    {
        const int Samples = LogMelTransform.WindowSamples, Bins = MelTables.SpectrumBins;
        var windows = OnnxWindows.Of(graph, samples, Samples, LogMelTransform.HopSamples, out count); // [B, M, 400]
        var parts = graph.Node("MatMul",
            [windows, graph.Weight("frontend.spectrum", [Samples, 2 * Bins], Array.ConvertAll(MelTables.Spectrum(), v => (float)v))]);
        var filters = MelTables.Filters(mel.Bins);
        // real and imaginary parts have the same weight
        var power = graph.Node("MatMul", [graph.Node("Mul", [parts, parts]),
            graph.Weight("frontend.filters", [2 * Bins, mel.Bins], [.. filters, .. filters])]);
        var logs = graph.Node("Log", [graph.Node("Max", [power, graph.Number(1)])]);
        var normalised = graph.Node("Div",
            [graph.Node("Sub", [logs, graph.Weight(HubertBuffers.MelMean, [mel.Bins], layers.Buffer(HubertBuffers.MelMean))]),
                graph.Weight(HubertBuffers.MelDeviation, [mel.Bins], layers.Buffer(HubertBuffers.MelDeviation))]);
        var ends = graph.Node("Add", [graph.Node("Mul", [graph.Node("Range", [graph.Integer(0), count, graph.Integer(1)]),
            graph.Integer(LogMelTransform.HopSamples)]), graph.Integer(Samples)]); // [M]
        var isAudio = graph.Node("LessOrEqual",
            [graph.Node("Unsqueeze", [ends, graph.Integers(0, 2)]), graph.Node("Unsqueeze", [lengths, graph.Integers(1, 2)])]); // [B, M, 1]
        return graph.Node("Where", [isAudio, normalised, graph.Number(0)]);
    }

    private static string Stacked(OnnxGraph graph, MelShape mel, string energies, string count)
    {
        var per = graph.Integer(mel.WindowsPerFrame);
        var whole = graph.Node("Mul", [graph.Node("Div", [count, per]), per]);
        var kept = graph.Node("Slice", [energies, graph.Integers(0), OnnxWindows.AsList(graph, whole), graph.Integers(1)]);
        return graph.Node("Reshape", [kept, graph.Integers(0, -1, mel.WindowsPerFrame * mel.Bins)]);
    }

    private static string Convolved(
        OnnxGraph graph, OnnxLayers layers, MelShape mel, string energies, string count)
    {
        var per = graph.Integer(mel.WindowsPerFrame);
        var frames = graph.Node("Div", [graph.Node("Add", [count, graph.Integer(mel.WindowsPerFrame - 1)]), per]); // T
        var padded = graph.Node("Pad", [energies, graph.Integers(0, 0, 0, 0, mel.WindowsPerFrame - 1, 0), graph.Number(0)]);
        var kept = graph.Node("Slice",
            [padded, graph.Integers(0), OnnxWindows.AsList(graph, graph.Node("Mul", [frames, per])), graph.Integers(1)]);
        var x = graph.Node("Transpose", [kept], ("perm", new long[] { 0, 2, 1 })); // [B, F, 4T]
        for (var i = 0; i < 2; i++)
        {
            var name = $"{MelFrontEnd.Prefix}{i}.";
            var y = graph.Node("Conv", [x, layers.Weight(name + "weight"), layers.Weight(name + "bias")],
                ("kernel_shape", new long[] { MelShape.Kernel }), ("strides", new long[] { MelShape.Stride }),
                ("pads", new long[] { MelShape.Kernel / 2, (MelShape.Kernel / 2) - 1 }));
            var halves = graph.Nodes("Split", [y], 2, ("axis", 1L), ("num_outputs", 2L));
            x = graph.Node("Mul", [halves[0], graph.Node("Sigmoid", [halves[1]])]);
        }
        return graph.Node("Transpose", [x], ("perm", new long[] { 0, 2, 1 })); // [B, T, D]
    }
}

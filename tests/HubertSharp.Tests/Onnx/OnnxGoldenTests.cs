using HubertSharp.Audio;
using HubertSharp.Interop;
using HubertSharp.Interop.Onnx;
using HubertSharp.Models;
using HubertSharp.Onnx;
using HubertSharp.Runs.Arrays;
using HubertSharp.Tests.Models;
using HubertSharp.Tests.Models.Ctc;
using HubertSharp.Tests.Tensors;

namespace HubertSharp.Tests.Onnx;

/// <summary>ONNX Runtime against the recorded figures of fairseq and transformers, and against our model for clips of 1 to 60 s.</summary>
[Trait("Part", "golden")]
public sealed class OnnxGoldenTests : IDisposable
{
    private const double Tolerance = 1e-4;

    private readonly TemporaryFolder _folder = new();

    public static IEnumerable<TheoryDataRow<string>> Names() => TinyModel.Names();

    public static IEnumerable<TheoryDataRow<string>> Ctc() => CtcGoldenTests.Folders();

    /// <summary>A padded batch and single clips, as fairseq computes them.</summary>
    [Theory, MemberData(nameof(Names))]
    public void Layers_are_those_of_fairseq(string name)
    {
        using var tiny = new TinyModel(name);
        using var model = Export(Directory.GetFiles(tiny.At(), "checkpoint_init*.pt")[0]);
        var layers = model.Info.Layers;
        Assert.Equal(Enumerable.Range(1, tiny.Config.EncoderLayers), layers);
        var batch = model.RunBatch<float>(tiny.PaddedSource(), tiny.Lengths, [.. layers.Select(layer => $"layer_{layer}")]);
        foreach (var layer in layers)
            TensorAssert.Near(tiny.Inference[$"layer{layer}"].ToSingles(), batch[layer - 1], Tolerance, $"layer {layer}");
        for (var row = 0; row < tiny.Clips.Count; row++)
        {
            var single = model.Features(AudioFile.Read(tiny.WavePaths[row], TestContext.Current.CancellationToken), layers);
            foreach (var layer in layers.Where(layer => tiny.Inference.Contains($"single{row}_layer{layer}")))
                TensorAssert.Near(tiny.Inference[$"single{row}_layer{layer}"].ToSingles(), single[layer - 1], Tolerance,
                    $"layer {layer} alone");
        }
    }

    /// <summary>hidden_states[1] and last_hidden_state of transformers, for a clip that fills its row.</summary>
    [Theory, MemberData(nameof(Names))]
    public void Outputs_are_those_of_transformers(string name)
    {
        using var tiny = new TinyModel(name);
        using var model = Export(Directory.GetDirectories(tiny.At(), "hf*")[0],
            new OnnxExportOptions { Convention = FeatureConvention.Transformers });
        for (var row = 0; row < tiny.Clips.Count; row++)
            TensorAssert.Near(tiny.Inference[$"single{row}_x"].ToSingles(), model.RunBatch<float>(tiny.Clips[row], [tiny.Clips[row].Length],
                [$"layer_{tiny.Config.EncoderLayers}"])[0], Tolerance, "last hidden state");
        if (!File.Exists(tiny.At("hf_expected.safetensors")))
            return;
        var expected = SafetensorsFile.Read(tiny.At("hf_expected.safetensors"));
        var batch = model.RunBatch<float>(tiny.PaddedSource(), tiny.Lengths, ["layer_1", $"layer_{tiny.Config.EncoderLayers}"]);
        var (frames, width) = ((int)expected["hf_frame_mask"].Shape[1], tiny.Config.EncoderEmbedDim);
        var valid = expected["hf_frame_mask"].ToBooleans();
        var seen = 0;
        for (var row = 0; row < tiny.Clips.Count; row++)
        {
            if (valid.AsSpan(row * frames, frames).Contains(false))
                continue; // transformers masks another number of frames than fairseq
            seen++;
            float[] Row(float[] all, int of) => all[(of * frames * width)..((of + 1) * frames * width)];
            TensorAssert.Near(Row(expected["hf_last_hidden_state"].ToSingles(), row), Row(batch[1], row), Tolerance, "last_hidden_state");
            if (row == 0)
                TensorAssert.Near(expected["hf_hidden_states1_row0"].ToSingles(), Row(batch[0], 0), Tolerance, "hidden_states[1]");
        }
        Assert.True(seen > 0);
    }

    [Theory, MemberData(nameof(Names))]
    public void Every_length_gives_what_our_model_gives(string name)
    {
        var source = ModelReader.Read(Directory.GetFiles(Fixtures.At(name), "checkpoint_init*.pt")[0]);
        using var model = Export(source.Path);
        foreach (var seconds in new[] { 1.0, 2.37, 10, 60 })
        {
            var clip = TestClip.Create(source.Description.Task.SampleRate, seconds);
            var ours = ModelConverter.Outputs(source, clip);
            var theirs = model.Features(clip, model.Info.Layers);
            for (var layer = 0; layer < theirs.Count; layer++)
                TensorAssert.Near(ours[layer].Values, theirs[layer], Tolerance, $"{seconds} s, {ours[layer].Name}");
            Assert.Equal(model.Info.Frames(clip.Length) * model.Info.Width, theirs[0].Length);
        }
    }

    [Theory, MemberData(nameof(Ctc))]
    public void Logits_and_text_are_those_of_transformers(string name)
    {
        using var model = Export(Fixtures.At(name));
        var expected = SafetensorsFile.Read(Fixtures.At(name, "expected.safetensors"));
        var (source, lengths) = (expected["input_values"].ToSingles(), expected["lengths"].ToLongs());
        Assert.Equal(OnnxModelKind.Ctc, model.Info.Kind);
        foreach (var single in expected.Tensors.Where(t => t.Name.StartsWith("logits_single", StringComparison.Ordinal)))
        {
            var row = int.Parse(single.Name["logits_single".Length..]);
            var clip = source.AsSpan(row * source.Length / lengths.Length, (int)lengths[row]).ToArray();
            TensorAssert.Near(single.ToSingles(), model.RunBatch<float>(clip, [clip.Length], ["logits"])[0], Tolerance, single.Name);
            Assert.Equal(Text(single.ToSingles(), model.Info), model.Transcribe(clip));
        }
    }

    /// <summary>Written out the long way: best of each frame, repeats joined, blanks left out.</summary>
    private static string Text(float[] logits, OnnxModelInfo info)
    {
        var best = logits.Chunk(info.Tokens.Count).Select(row => Array.IndexOf(row, row.Max())).ToList();
        return string.Concat(best.Where((token, t) => token != info.Blank && (t == 0 || best[t - 1] != token))
            .Select(token => info.Tokens[token])).Replace('|', ' ').Trim();
    }

    public void Dispose() => _folder.Dispose();

    private OnnxHubert Export(string path, OnnxExportOptions? options = null)
    {
        OnnxExporter.Write(_folder.At("x.onnx"), "x.onnx.data", ModelReader.Read(path), options ?? new OnnxExportOptions());
        return OnnxHubert.Open(_folder.At("x.onnx"));
    }
}

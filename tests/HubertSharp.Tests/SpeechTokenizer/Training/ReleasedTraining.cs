using System.Text.Json;
using HubertSharp.Distributed;
using HubertSharp.Runs.Arrays;
using HubertSharp.Runs.Configuration.Tokenizers;
using HubertSharp.SpeechTokenizer;
using HubertSharp.SpeechTokenizer.Training;
using HubertSharp.Tensors;
using TorchSharp;

namespace HubertSharp.Tests.SpeechTokenizer.Training;

/// <summary>A tokenizer that learns from where a released checkpoint is.</summary>
internal static class ReleasedTraining
{
    public static LearntTokenizer Model(
        string fixture, bool allCommit = false, ComputePrecision precision = ComputePrecision.Float32)
    {
        var released = TokenizerReader.Read(Fixtures.At(fixture));
        var model = new LearntTokenizer(
            released.Config, new QuantizerRules(0.99, DeadBelow: 0, allCommit, ScalesStart: false, Seed: 1), torch.CPU,
            precision);
        Assert.Equal(released.Tensors.Keys.Order(StringComparer.Ordinal),
            model.Parameters.Infos.Select(info => info.Name).Concat(model.Quantizer.Buffers.Keys).Order(StringComparer.Ordinal));
        model.Parameters.CopyFrom(info =>
        {
            Assert.Equal(info.Shape, released.Tensors[info.Name].Shape);
            return released.Tensors[info.Name].ToSingles();
        });
        foreach (var (name, buffer) in model.Quantizer.Buffers)
        {
            using var stored = TokenizerFixtures.Tensor(released.Tensors[name]);
            buffer.copy_(stored);
        }
        return model;
    }

    /// <summary>The losses with the fixture's weights.</summary>
    public static GeneratorCriterion Criterion(JsonElement lambdas, JsonElement mels)
    {
        double Weight(string key) => lambdas.GetProperty(key).GetDouble();
        var first = mels[0];
        return new GeneratorCriterion(
            new TokenizerCriterionConfig
            {
                MelLossLambdas = [.. lambdas.GetProperty("mel").EnumerateArray().Select(weight => weight.GetDouble())],
                ReconLossLambda = Weight("recon"),
                CommitmentLossLambda = Weight("commit"),
                DistillLossLambda = Weight("distill"),
                NFft = first.GetProperty("n_fft").GetInt32(),
                HopSize = first.GetProperty("hop_size").GetInt32(),
                WinSize = first.GetProperty("win_size").GetInt32(),
                NumMels = first.GetProperty("num_mels").GetInt32(),
            },
            first.GetProperty("sample_rate").GetInt32(), torch.CPU);
    }

    /// <summary>The fixture's batch, of whose features all frames count.</summary>
    public static TokenizerBatch Batch(SafetensorsFile file)
    {
        var (x, teacher) = (file["x"], file["semantic_target"]);
        var (rows, width) = ((int)x.Shape[0], x.Shape[2]);
        return new TokenizerBatch(x.ToSingles(), [.. Enumerable.Repeat(width, rows)], [.. Enumerable.Range(0, rows)])
        {
            Teacher = teacher.ToSingles(),
            TeacherFrames = (int)teacher.Shape[1],
        };
    }

    public static Replicas Alone => Replicas.Alone;
}

using System.Text.Json;
using HubertSharp.Distributed;
using HubertSharp.Finetuning;
using HubertSharp.Models;
using HubertSharp.Pretraining;
using HubertSharp.Runs;
using HubertSharp.Runs.Configuration;
using HubertSharp.SpeechTokenizer.Training;
using HubertSharp.Tensors;
using HubertSharp.Tests.Finetuning;
using HubertSharp.Tests.SpeechTokenizer;
using HubertSharp.Tests.SpeechTokenizer.Discriminators;
using HubertSharp.Tests.SpeechTokenizer.Training;
using static TorchSharp.torch;

namespace HubertSharp.Tests.Distributed.Sums;

/// <summary>Gradients that a backward pass says are complete change no more: they are sent while it goes on.</summary>
public class CompletedLayersTests
{
    [Theory]
    [InlineData(ComputePrecision.Float32)]
    [InlineData(ComputePrecision.BFloat16)]
    [InlineData(ComputePrecision.Float32, "model.layer_norm_first=true", "model.checkpoint_activations=true")]
    public void Of_a_pretraining(ComputePrecision precision, params string[] settings)
    {
        var config = ConfigLoader.Load("hubert_small_cpu",
        [
            "task.data=d", "task.label_dir=d", "checkpoint.save_dir=d", "model.label_rate=50", "model.encoder_layers=3",
            "model.encoder_embed_dim=32", "model.encoder_ffn_embed_dim=64", "model.encoder_attention_heads=2", "model.final_dim=16",
            "model.conv_pos=16",
            "model.conv_pos_groups=4", "model.conv_feature_layers='[(32,10,5)] + [(32,3,2)] * 4 + [(32,2,2)] * 2'",
            "model.encoder_layerdrop=0", .. settings,
        ]).Value;
        using var model = new HubertModel(config.Model, config.Task, [14], precision);
        model.Initialise(1);
        model.Parameters.Layers = HubertParameters.LayersOf(model.Parameters.Infos, 3);
        var random = new SeededRandom(2);
        PretrainingBatch Batch(int micro) => new(
            new HubertBatch([.. Enumerable.Range(0, 16000).Select(_ => (float)(0.1 * random.NextNormal()))], [16000],
                [[.. Enumerable.Range(0, 50).Select(i => (long)(4 + (i % 10)))]], mask: null), [0], [0], [null])
        {
            Micro = micro,
        };
        var step = new PretrainingStep(model, config.Criterion, seed: 1);
        Check(model.Parameters, [2, 1, 0], () => step.Compute([Batch(0), Batch(1)], 1, logs: false, lossScale: 1).Dispose());
    }

    [Fact]
    public void Of_a_fine_tuning_unless_its_encoder_is_frozen()
    {
        using var fixture = new FinetuneFixture(FinetuneFixture.Names().First().Data);
        var config = fixture.Config().Value;
        using var model = fixture.Load(config);
        using var data = TranscriptData.Open(config.Task, "train");
        var batch = data.Collate(fixture.BatchOrder, _ => 0);
        void Compute(FinetuningConfig given) => new FinetuningStep(model, given, []).Compute([batch, batch], 1, 1).Dispose();
        Check(model.Parameters, [.. Enumerable.Range(0, model.Hubert.Config.EncoderLayers).Reverse()], () => Compute(config));
        Check(model.Parameters, [], () => Compute(fixture.Config("model.freeze_finetune_updates=2").Value));
    }

    [Theory]
    [MemberData(nameof(Tokenizers))]
    public void Of_a_tokenizers_decoder(string name)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Fixtures.At(name, "expected.json")));
        var expected = json.RootElement.GetProperty("train_mode");
        using var model = ReleasedTraining.Model(name);
        using var criterion = ReleasedTraining.Criterion(expected.GetProperty("lambdas"), expected.GetProperty("mel_kwargs"));
        using var set = ReleasedDiscriminators.Stft(name);
        using var step = new TokenizerStep(model, criterion, new Adversaries(set, apart: false), new OneOfTwo());
        var file = TokenizerFixtures.Expected(name);
        Check(model.Parameters, [1], () =>
        {
            TokenizerBatch[] batches = [ReleasedTraining.Batch(file), ReleasedTraining.Batch(file)];
            step.Discriminate(batches, 1).Dispose();
            step.Generate(batches, 1).Dispose();
        });
    }

    public static TheoryData<string> Tokenizers => TokenizerFixtures.Names;

    private static void Check(ParameterStore parameters, int[] expected, Action compute)
    {
        using var scope = NewDisposeScope();
        var told = new List<(int Layer, Tensor Gradients)>();
        Tensor Of(int layer) => parameters.Gradients.narrow(0, parameters.Layers[layer].From, parameters.Layers[layer].Length);
        parameters.ZeroGradients();
        parameters.LayerDone = layer => told.Add((layer, Of(layer).clone().DetachFromDisposeScope()));
        compute();
        parameters.LayerDone = null;
        Assert.Equal(expected, told.Select(t => t.Layer));
        foreach (var (layer, gradients) in told)
        {
            Assert.True(gradients.Equals(Of(layer)), $"layer {layer}");
            Assert.True(gradients.count_nonzero().item<long>() > 0, $"layer {layer}");
            gradients.Dispose();
        }
    }

    /// <summary>A tokenizer whose codebooks have begun asks the others nothing before an update is done.</summary>
    private sealed class OneOfTwo() : Replicas(rank: 0, count: 2);
}

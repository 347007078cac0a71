using HubertSharp.Distributed;
using HubertSharp.SpeechTokenizer;
using HubertSharp.SpeechTokenizer.Training;
using HubertSharp.Tests.Tensors;
using TorchSharp;

namespace HubertSharp.Tests.SpeechTokenizer.Training;

/// <summary>Codebooks in training: how they begin, and that dead codes really get new places.</summary>
public sealed class LearntQuantizerTests
{
    private static readonly QuantizerRules s_rules = new(0.9, DeadBelow: 2, AllCommit: false, ScalesStart: true, Seed: 3);

    [Fact]
    public void First_codes_are_the_centres_of_what_is_nearest_to_them()
    {
        using var scope = torch.NewDisposeScope();
        var vectors = torch.tensor(TokenizerFixtures.Samples(400)).view(200, 2);
        var (codes, sizes) = QuantizerStart.Of(vectors, 5, seed: 1);
        var nearest = ResidualQuantizer.Nearest(codes, vectors.unsqueeze(0)).flatten();
        for (var k = 0; k < 5; k++)
        {
            var own = nearest.eq(torch.tensor((long)k)).nonzero().flatten();
            Assert.Equal(own.shape[0], sizes[k].item<float>());
            TensorAssert.Near(TensorAssert.Values(vectors.index_select(0, own).mean([0])), TensorAssert.Values(codes[k]), 1e-5,
                $"code {k}");
        }
        // more codes than vectors
        Assert.Equal([300, 2], QuantizerStart.Of(vectors, 300, seed: 1).Codes.shape);
    }

    [Fact]
    public void Dead_codes_get_new_places_and_live()
    {
        using var scope = torch.NewDisposeScope();
        var config = TokenizerFixtures.Made().Config;
        using var repaired = new LearntQuantizer(config, s_rules, torch.CPU);
        using var released = new LearntQuantizer(config, s_rules with { DeadBelow = 0, ScalesStart = false }, torch.CPU);
        foreach (var quantizer in (LearntQuantizer[])[repaired, released])
        {
            Step(quantizer, 1);
            // codes where nothing ever is
            foreach (var book in quantizer.Books)
            {
                book.Embed.narrow(0, 0, 6).fill_(1000.0.ToScalar());
                book.EmbedAvg.narrow(0, 0, 6).fill_(0.1.ToScalar());
                book.ClusterSize.narrow(0, 0, 6).fill_(1e-4.ToScalar());
            }
            for (var update = 2; update < 30; update++)
                Step(quantizer, update);
        }
        Assert.All(Enumerable.Range(0, config.Quantizers), layer => Assert.True(DeadShare(repaired, layer) < 0.1));
        Assert.All(Enumerable.Range(0, config.Quantizers), layer => Assert.True(DeadShare(released, layer) >= 0.5));
    }

    private static double DeadShare(LearntQuantizer quantizer, int layer) =>
        (double)quantizer.Books[layer].Dead(quantizer.DeadBelow(120)).Length / quantizer.Books[layer].ClusterSize.shape[0];

    private static void Step(LearntQuantizer quantizer, int update)
    {
        var width = quantizer.Books[0].Embed.shape[1];
        var values = Enumerable.Range(0, (int)(3 * width * 40)).Select(i => (float)Math.Sin((i * 0.37) + (update * i % 11)));
        using (torch.no_grad())
            quantizer.Forward(torch.tensor(values.ToArray()).view(3, width, 40), micro: 0, Replicas.Alone);
        quantizer.Follow(update, micros: 1, Replicas.Alone);
    }
}

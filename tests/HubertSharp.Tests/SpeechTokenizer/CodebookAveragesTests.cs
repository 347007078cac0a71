using System.Text.Json;
using HubertSharp.Runs.Arrays;
using HubertSharp.SpeechTokenizer;
using HubertSharp.Tests.Tensors;
using TorchSharp;

namespace HubertSharp.Tests.SpeechTokenizer;

/// <summary>Codebooks over several steps, as the released program moves them, and with dead codes really replaced.</summary>
[Trait("Part", "golden")]
public sealed class CodebookAveragesTests
{
    private const double Tolerance = 1e-5;

    public static TheoryData<string> Folders =>
        [.. Fixtures.Matching("speechtokenizer*").Where(name => File.Exists(Fixtures.At(name, "tensors.safetensors")))];

    [Theory]
    [MemberData(nameof(Folders))]
    public void Codebooks_follow_as_the_released_programs_do(string folder) => Steps(folder, "", (_, _, _, _) => { });

    [Theory]
    [MemberData(nameof(Folders))]
    public void Dead_codes_are_replaced(string folder)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Fixtures.At(folder, "expected.json")));
        var steps = json.RootElement.GetProperty("replacement").GetProperty("steps");
        var threshold = json.RootElement.GetProperty("threshold_ema_dead_code").GetDouble();
        var replaced = 0;
        Steps(folder, "replace_", (step, layer, book, vectors) =>
        {
            long[] Numbers(string key) => [.. steps[step][layer].GetProperty(key).EnumerateArray().Select(number => number.GetInt64())];
            var dead = book.Dead(threshold);
            Assert.Equal(Numbers("dead_codes"), dead);
            if (dead.Length == 0)
                return;
            book.Replace(dead, vectors.index_select(0, torch.tensor(Numbers("rows"))), threshold);
            replaced += dead.Length;
        });
        Assert.True(replaced > 0);
    }

    private static void Steps(string folder, string prefix, Action<int, int, CodebookAverages, torch.Tensor> after)
    {
        using var scope = torch.NewDisposeScope();
        var file = SafetensorsFile.Read(Fixtures.At(folder, "tensors.safetensors"));
        using var json = JsonDocument.Parse(File.ReadAllText(Fixtures.At(folder, "expected.json")));
        var layers = json.RootElement.GetProperty("n_q").GetInt32();
        var decay = json.RootElement.GetProperty("decay").GetDouble();
        var books = Enumerable.Range(0, layers).Select(layer =>
        {
            var (embed, size) = (TokenizerFixtures.Tensor(file[$"init_embed_{layer}"]),
                TokenizerFixtures.Tensor(file[$"init_cluster_size_{layer}"]));
            return new CodebookAverages(embed, size, embed * size.unsqueeze(1));
        }).ToList();
        for (var step = 0; step < json.RootElement.GetProperty("steps").GetArrayLength(); step++)
        {
            var left = TokenizerFixtures.Tensor(file[$"x_{step}"]);
            var codes = new ResidualQuantizer([.. books.Select(book => book.Embed)]).Encode(left, new QuantizerRange(1, layers));
            Assert.Equal(file[$"{prefix}step{step}_codes"].ToLongs(), codes.data<long>().ToArray());
            for (var layer = 0; layer < layers; layer++)
            {
                var book = books[layer];
                var vectors = left.transpose(1, 2).reshape(-1, left.shape[1]);
                var chosen = codes[layer].flatten();
                var next = left - book.Embed.index_select(0, chosen).view(left.shape[0], -1, left.shape[1]).transpose(1, 2);
                book.Follow(vectors, chosen, decay);
                after(step, layer, book, vectors);
                left = next;
                TensorAssert.Near(file[$"{prefix}step{step}_cluster_size_{layer}"], book.ClusterSize, Tolerance);
                TensorAssert.Near(file[$"{prefix}step{step}_embed_{layer}"], book.Embed, Tolerance);
                if (file.Contains($"{prefix}step{step}_embed_avg_{layer}"))
                    TensorAssert.Near(file[$"{prefix}step{step}_embed_avg_{layer}"], book.EmbedAvg, Tolerance * 10);
            }
        }
    }
}

using System.Text.Json;
using HubertSharp.Interop;
using HubertSharp.Models.Ctc;
using HubertSharp.Runs.Arrays;
using HubertSharp.Tensors;
using HubertSharp.Tests.Tensors;
using static TorchSharp.torch;

namespace HubertSharp.Tests.Models.Ctc;

/// <summary>transformers' HubertForCTC: every folder of the fixtures that holds one.</summary>
[Trait("Part", "golden")]
public class CtcGoldenTests
{
    public static IEnumerable<TheoryDataRow<string>> Folders() =>
        Fixtures.Matching("ctc*").Where(name => File.Exists(Fixtures.At(name, "config.json")))
            .Select(name => new TheoryDataRow<string>(name));

    [Theory, MemberData(nameof(Folders))]
    public void Logits_loss_and_greedy_path_are_those_of_transformers(string name)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var read = ModelReader.Read(Fixtures.At(name));
        var expected = SafetensorsFile.Read(Fixtures.At(name, "expected.safetensors"));
        using var json = JsonDocument.Parse(File.ReadAllText(Fixtures.At(name, "expected.json")));
        var head = read.Ctc!;
        Assert.Equal(json.RootElement.GetProperty("blank_id").GetInt32(), head.Blank);
        using var model = read.Build(ComputePrecision.Float32);
        var (source, lengths) = (expected["input_values"].ToSingles(), expected["lengths"].ToLongs());
        var valid = lengths.Select(length => model.Alignment.Frames(length)).ToArray();
        Assert.Equal(expected["input_lengths"].ToLongs(), valid.Select(frames => (long)frames));

        var (_, last) = model.ExtractWithFrames(source, lengths, valid);
        TensorAssert.Near(expected["last_hidden_state"], last, 2e-5);
        var logits = CtcLayer.Logits(head, last);
        TensorAssert.Near(expected["logits"], logits, 2e-5);

        var labels = tensor(expected["labels"].ToLongs(), [.. expected["labels"].Shape]);
        var targets = labels.masked_select(labels >= 0);
        var targetLengths = (labels >= 0).sum(1);
        var probabilities = nn.functional.log_softmax(logits, -1).transpose(0, 1);
        var losses = nn.functional.ctc_loss(probabilities, targets, tensor(expected["input_lengths"].ToLongs()), targetLengths, head.Blank,
            reduction: nn.Reduction.None);
        TensorAssert.NearRelative(json.RootElement.GetProperty("loss_sum").GetDouble(), losses.sum().item<float>(), 1e-5, "loss");

        var best = logits.argmax(-1);
        var row = 0;
        foreach (var ids in json.RootElement.GetProperty("greedy_ids").EnumerateArray())
        {
            var path = best[row].narrow(0, 0, valid[row]).data<long>().ToArray();
            Assert.Equal(ids.EnumerateArray().Select(id => id.GetInt64()),
                path.Where((id, t) => id != head.Blank && (t == 0 || path[t - 1] != id)));
            row++;
        }
        // one row alone, as a user computes it
        foreach (var single in expected.Tensors.Where(t => t.Name.StartsWith("logits_single", StringComparison.Ordinal)))
        {
            var index = int.Parse(single.Name["logits_single".Length..]);
            var perRow = source.Length / lengths.Length;
            var clip = source[(index * perRow)..((index * perRow) + (int)lengths[index])];
            TensorAssert.Near(single, CtcLayer.Logits(head, model.ExtractFeatures(clip)), 2e-5);
        }
    }

    [Theory, MemberData(nameof(Folders))]
    public void The_vocabulary_is_the_files(string name)
    {
        var head = ModelReader.Read(Fixtures.At(name)).Ctc!;
        using var json = JsonDocument.Parse(File.ReadAllText(Fixtures.At(name, "vocab.json")));
        foreach (var token in json.RootElement.EnumerateObject())
            Assert.Equal(token.Name, head.Tokens[token.Value.GetInt32()]);
    }
}

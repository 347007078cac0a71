using System.Text.Json.Nodes;
using HubertSharp.Interop;
using HubertSharp.Interop.Fairseq;
using HubertSharp.Interop.Native;
using HubertSharp.Models;
using HubertSharp.Runs;
using HubertSharp.Runs.PyTorch;
using HubertSharp.Tests.Models;

namespace HubertSharp.Tests.Interop;

/// <summary>Audio is brought to 16 kHz, so a model of another rate would hear something else, without a word.</summary>
public sealed class SampleRateTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("8000", "8000 Hz"), InlineData("8000.0", "8000 Hz"), InlineData("44100", "44100 Hz"), InlineData("\"8 kHz\"", "8 kHz")]
    public void A_preprocessor_of_another_rate_is_refused(string rate, string found)
    {
        var source = Directory.GetDirectories(Fixtures.At(TinyModel.Names().First().Data), "hf*")[0];
        foreach (var file in Directory.GetFiles(source))
            File.Copy(file, _folder.At(Path.GetFileName(file)));
        var path = _folder.At("preprocessor_config.json");
        var json = JsonNode.Parse(File.ReadAllText(path))!;
        json["sampling_rate"] = JsonNode.Parse(rate);
        File.WriteAllText(path, json.ToJsonString());
        var message = Assert.Throws<UserException>(() => ModelReader.Read(_folder.At())).Message;
        Assert.Contains(path, message);
        Assert.Contains(found, message);

        // transformers 5 with a tokenizer
        File.Delete(path);
        var within = _folder.At("processor_config.json");
        File.WriteAllText(within, new JsonObject { ["feature_extractor"] = json.DeepClone() }.ToJsonString());
        message = Assert.Throws<UserException>(() => ModelReader.Read(_folder.At())).Message;
        Assert.Contains(within, message);
        Assert.Contains(found, message);
        json["do_normalize"] = true;
        json["sampling_rate"] = 16000;
        File.WriteAllText(within, new JsonObject { ["feature_extractor"] = json.DeepClone() }.ToJsonString());
        Assert.True(ModelReader.Read(_folder.At()).Description.Task.Normalize);

        json.AsObject().Remove("sampling_rate");
        File.WriteAllText(path, json.ToJsonString());
        Assert.Equal(16000, ModelReader.Read(_folder.At()).Description.Task.SampleRate);
    }

    [Fact]
    public void A_description_of_another_rate_is_refused()
    {
        var path = _folder.At("model.json");
        new ModelDescription(new() { LabelRate = 50 }, new() { SampleRate = 8000 }, [9]).Write(path);
        Assert.Equal($"{path}: the model was trained at another sampling rate (expected 16000 Hz, found 8000 Hz); audio is brought to "
            + "16000 Hz here, which such a model would hear at the wrong speed: take a model that was trained at it",
            Assert.Throws<UserException>(() => ModelDescription.Read(path)).Message);
    }

    [Fact]
    public void A_checkpoint_of_another_rate_is_refused()
    {
        var name = TinyModel.Names().First().Data;
        var source = ModelReader.Read(Directory.GetFiles(Fixtures.At(name), "checkpoint_init*.pt")[0]);
        var description = source.Description with { Task = source.Description.Task with { SampleRate = 8000 } };
        NativeWriter.Write(_folder.At("native"), source);
        description.Write(_folder.At("native", "model.json"));
        TorchWriter.Write(_folder.At("x.pt"), new Dictionary<string, object?>
        {
            ["cfg"] = new Dictionary<string, object?>
            {
                ["model"] = ((OrderedDictionary<string, object?>)FairseqCfg.Of(source, ["km"]))["model"],
                ["task"] = new Dictionary<string, object?> { ["sample_rate"] = 8000, ["label_rate"] = 50 },
            },
            ["model"] = new OrderedDictionary<string, object?>(source.Weights.Select(w => KeyValuePair.Create(w.Key, (object?)w.Value))),
        });
        foreach (var path in new[] { _folder.At("native"), _folder.At("x.pt") })
            Assert.Contains("8000 Hz", Assert.Throws<UserException>(() => ModelReader.Read(path)).Message);
    }

    public void Dispose() => _folder.Dispose();
}

using HubertSharp.Interop;
using HubertSharp.Runs;
using HubertSharp.Runs.Arrays;
using HubertSharp.Runs.PyTorch;
using HubertSharp.SpeechTokenizer;
using TorchSharp;

namespace HubertSharp.Tests.SpeechTokenizer;

/// <summary>Where tokenizers lie, how they are written, and what is named as something else.</summary>
public sealed class TokenizerReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void What_is_written_is_read_and_is_as_released()
    {
        foreach (var name in TokenizerFixtures.Names)
        {
            var released = TokenizerReader.Read(Fixtures.At(name));
            var folder = _folder.At(name);
            TokenizerWriter.Write(folder, released);
            foreach (var path in (string[])[folder, Path.Combine(folder, TokenizerReader.TorchName)])
            {
                var read = TokenizerReader.Read(path);
                Assert.Equal(released.Tensors.Keys, read.Tensors.Keys);
                Assert.All(released.Tensors, pair => Assert.True(pair.Value.Bytes.Span.SequenceEqual(read.Tensors[pair.Key].Bytes.Span)));
                Assert.Equal(released.Config.Settings.ToJsonString(), read.Config.Settings.ToJsonString());
            }
            // what load_state_dict gets: a mapping of names to tensors, all in float32
            using var file = TorchFile.Open(Path.Combine(folder, TokenizerReader.TorchName), []);
            Assert.Equal(released.Tensors.Keys, Assert.IsType<Runs.Pickle.PickleMap>(file.Root).Pairs.Select(pair => (string)pair.Key!));
        }
    }

    [Fact]
    public void A_checkpoint_of_a_training_and_newer_names_are_read()
    {
        var made = TokenizerFixtures.Made();
        Dictionary<string, object?> Renamed(Func<string, string> name) =>
            made.Tensors.ToDictionary(pair => name(pair.Key), pair => (object?)pair.Value, StringComparer.Ordinal);
        var config = _folder.At("settings.json");
        made.Config.Write(config);
        TorchWriter.Write(_folder.At("SpeechTokenizerTrainer_00000010"), new Dictionary<string, object?>
        {
            ["generator"] = Renamed(name => $"module.{name}"),
            ["discriminators"] = new Dictionary<string, object?> { ["mpd"] = Renamed(name => name) },
            ["best_dev_mel_loss"] = 0.5,
        });
        TorchWriter.Write(_folder.At("newer.pt"), Renamed(name => name
            .Replace(".weight_g", ".parametrizations.weight.original0", StringComparison.Ordinal)
            .Replace(".weight_v", ".parametrizations.weight.original1", StringComparison.Ordinal)));
        foreach (var name in (string[])["SpeechTokenizerTrainer_00000010", "newer.pt"])
        {
            var read = TokenizerReader.Read(_folder.At(name), config);
            Assert.Equal(made.Tensors.Keys, read.Tensors.Keys);
            read.Build(torch.CPU).Dispose();
        }
        Assert.Contains("the settings of the tokenizer are missing",
            Assert.Throws<UserException>(() => TokenizerReader.Read(_folder.At("newer.pt"))).Message);
    }

    [Fact]
    public void A_model_of_the_other_kind_is_named()
    {
        var made = TokenizerFixtures.Made();
        TokenizerWriter.Write(_folder.At("tokenizer"), made);
        Directory.CreateDirectory(_folder.At("released"));
        File.Copy(_folder.At("tokenizer", "config.json"), _folder.At("released", "config.json"));
        File.Copy(_folder.At("tokenizer", "SpeechTokenizer.pt"), _folder.At("released", "SpeechTokenizer.pt"));
        foreach (var path in (string[])
            [
                "tokenizer", "released", "tokenizer/SpeechTokenizer.pt", "released/SpeechTokenizer.pt", "tokenizer/model.safetensors",
            ])
        {
            Assert.Contains("a SpeechTokenizer, not a HuBERT model",
                Assert.Throws<UserException>(() => ModelReader.Read(_folder.At(path))).Message);
        }
        foreach (var folder in Fixtures.Matching("hubert_tiny_*"))
        {
            var checkpoints = Directory.GetFiles(Fixtures.At(folder), "*.pt").Concat(Directory.GetDirectories(Fixtures.At(folder), "hf*"))
                .Append(Fixtures.At(folder, "weights_init.safetensors")).Where(Path.Exists);
            Assert.All(checkpoints, path => Assert.Contains("a HuBERT model, not a tokenizer",
                Assert.Throws<UserException>(() => TokenizerReader.Read(path)).Message));
        }
    }

    [Fact]
    public void Damaged_and_foreign_files_are_one_line()
    {
        string Fault(string path) => Assert.Throws<UserException>(() => TokenizerReader.Read(path)).Message;
        Assert.Contains("no tokenizer here", Fault(_folder.At("nothing")));
        Directory.CreateDirectory(_folder.At("empty"));
        Assert.Contains("no tokenizer here", Fault(_folder.At("empty")));
        SafetensorsFile.Write(_folder.At("other.safetensors"), [SafetensorsTensor.Create("a", [1], [1])]);
        Assert.Contains("no weights of a SpeechTokenizer", Fault(_folder.At("other.safetensors")));
        var made = TokenizerFixtures.Made();
        TokenizerWriter.Write(_folder.At("cut"), made);
        var bytes = File.ReadAllBytes(_folder.At("cut", "SpeechTokenizer.pt"));
        File.WriteAllBytes(_folder.At("cut", "SpeechTokenizer.pt"), bytes[..(bytes.Length / 2)]);
        Assert.Contains("damaged", Fault(_folder.At("cut", "SpeechTokenizer.pt")));
        var name = made.Tensors.Keys.First();
        var broken = new Dictionary<string, SafetensorsTensor>(made.Tensors);
        broken[name] = SafetensorsTensor.Create(name, broken[name].Shape, [.. broken[name].ToSingles().Select(_ => float.NaN)]);
        TokenizerWriter.Write(_folder.At("nan"), made with { Tensors = broken });
        Assert.Contains($"tensor '{name}' of the model is not finite", Fault(_folder.At("nan")));
        File.WriteAllText(_folder.At("nan", "config.json"), "{\"n_q\": 3, \"strides\": [0]}");
        SafetensorsFile.Write(_folder.At("nan", "model.safetensors"), made.Tensors.Values);
        Assert.Contains("setting 'strides' cannot be used", Fault(_folder.At("nan")));
        Assert.Contains("setting 'activation' cannot be used (expected ELU or Snake, found GELU)",
            Assert.Throws<UserException>(() => TokenizerFixtures.Made(("activation", "GELU"))).Message);
    }

    public void Dispose() => _folder.Dispose();
}

using HubertSharp.Interop;
using HubertSharp.Models;
using HubertSharp.Runs;

namespace HubertSharp.Tests.Interop;

/// <summary>
/// Audio is brought to 16,000 Hz: a model of another rate would hear it at the wrong speed, and nothing else would show it.
/// </summary>
public sealed class OtherRateTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("8000", "8000")]
    [InlineData("\"fast\"", "fast")]
    [InlineData("16000", null)]
    public void A_model_of_transformers_says_it_in_its_preprocessor(string rate, string? found)
    {
        Directory.CreateDirectory(_folder.At("model"));
        foreach (var name in (string[])["config.json", "model.safetensors", "vocab.json"])
            File.Copy(Path.Combine(Fixtures.At("ctc"), name), _folder.At("model", name));
        var path = _folder.Write("model/preprocessor_config.json", $"{{\"do_normalize\": false, \"sampling_rate\": {rate}}}");
        if (found is null)
            Assert.Equal(SamplingRate.Hz, ModelReader.Read(_folder.At("model")).Description.Task.SampleRate);
        else
            Assert.Equal(Refusal(path, "sampling_rate", found),
                Assert.Throws<UserException>(() => ModelReader.Read(_folder.At("model"))).Message);
    }

    [Fact]
    public void A_model_of_ours_says_it_in_its_description()
    {
        var path = _folder.At("model.json");
        new ModelDescription(new() { LabelRate = 50 }, new() { SampleRate = 8000 }, [9]).Write(path);
        Assert.Equal(Refusal(path, "task.sample_rate", "8000"), Assert.Throws<UserException>(() => ModelDescription.Read(path)).Message);
    }

    public void Dispose() => _folder.Dispose();

    private static string Refusal(string path, string key, string found) =>
        $"{path}: the model was trained at another sampling rate (expected {key} 16000, found {found}); audio is brought to 16000 Hz here, "
        + "which such a model would hear at the wrong speed: take a model that was trained at it";
}

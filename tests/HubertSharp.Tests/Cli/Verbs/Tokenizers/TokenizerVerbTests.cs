using HubertSharp.Audio;
using HubertSharp.Cli;
using HubertSharp.Runs.Arrays;
using HubertSharp.SpeechTokenizer;

namespace HubertSharp.Tests.Cli.Verbs.Tokenizers;

/// <summary><c>hubert tokenizer</c> from recordings to codes and back, with the released program's checkpoint.</summary>
public sealed class TokenizerVerbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _model = Fixtures.At(Fixtures.Matching("speechtokenizer*")
        .First(name => File.Exists(Fixtures.At(name, TokenizerReader.TorchName))));

    [Fact]
    public void Recordings_of_any_rate_become_codes_and_speech_again()
    {
        var (speech, clip) = (_folder.At("in", "speech.wav"), _folder.At("in", "clip.flac"));
        AudioFile.Write(speech, SpeechTokenizer.TokenizerFixtures.Samples(22_050), 22_050);
        AudioFile.Write(clip, new float[441], 44_100); // 10 ms of silence
        Run($"encode {speech} {clip} --out {_folder.At("codes")}");
        Run($"encode {speech} {clip} --format packed --out {_folder.At("packed")}");
        Assert.Equal([Quantizers, 50], Shape("codes/speech.npy"));
        Assert.Equal([Quantizers, 1], Shape("codes/clip.npy"));

        Run($"decode {_folder.At("packed")} --out {_folder.At("decoded")}");
        Run($"resynthesise {speech} {clip} --out {_folder.At("again")}");
        Assert.Equal(File.ReadAllBytes(_folder.At("again", "speech.wav")), File.ReadAllBytes(_folder.At("decoded", "speech.wav")));
        Assert.Equal(16_000, AudioFile.Read(_folder.At("again", "speech.wav")).Length);
        Assert.Equal(160, AudioFile.Read(_folder.At("again", "clip.wav")).Length);

        // the voice of the recording itself changes nothing, that of another does
        Run($"resynthesise {speech} --voice {speech} --out {_folder.At("own")}");
        Run($"resynthesise {speech} --voice {clip} --out {_folder.At("other")}");
        Assert.Equal(File.ReadAllBytes(_folder.At("again", "speech.wav")), File.ReadAllBytes(_folder.At("own", "speech.wav")));
        Assert.NotEqual(File.ReadAllBytes(_folder.At("again", "speech.wav")), File.ReadAllBytes(_folder.At("other", "speech.wav")));
    }

    [Fact]
    public void Results_replace_only_results_and_only_when_asked()
    {
        var speech = _folder.At("speech.wav");
        AudioFile.Write(speech, SpeechTokenizer.TokenizerFixtures.Samples(1600), 16_000);
        var before = File.ReadAllBytes(speech);
        Assert.Contains("there is something already", Refused($"resynthesise {speech} --out {_folder.FullName}"));
        Assert.Contains("what is there already is something else, and stays",
            Refused($"resynthesise {speech} --out {_folder.FullName} --force"));
        Assert.Equal(before, File.ReadAllBytes(speech));
        Run($"resynthesise {speech} --out {_folder.At("out")}");
        Run($"resynthesise {speech} --quantizers 1 --out {_folder.At("out")} --force");
        Assert.Contains("--quantizers: no such quantisers", Refused($"encode {speech} --quantizers 0-2 --out {_folder.At("codes")}"));
        Assert.Contains("--voice: a voice cannot be changed",
            Refused($"resynthesise {speech} --voice {speech} --quantizers 2-3 --out {_folder.At("codes")}"));
        Assert.Contains("several recordings of one name", Refused($"encode {speech} {_folder.At("out", "speech.wav")} --out "
            + _folder.At("codes")));
        Assert.False(Directory.Exists(_folder.At("codes")));
    }

    private long Quantizers => TokenizerConfig.Read(Path.Combine(_model, TokenizerConfig.FileName)).Quantizers;

    public void Dispose() => _folder.Dispose();

    private long[] Shape(string name)
    {
        using var array = NpyReader.Open(_folder.At(name));
        return [.. array.Shape];
    }

    private void Run(string line)
    {
        var (exitCode, error) = InThisProcess(line);
        Assert.True(exitCode == CommandHost.Done, error);
    }

    private string Refused(string line)
    {
        var (exitCode, error) = InThisProcess(line);
        Assert.Equal(CommandHost.UserFault, exitCode);
        return Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private (int ExitCode, string Error) InThisProcess(string line)
    {
        using var error = new StringWriter();
        string[] arguments = ["tokenizer", .. line.Split(' '), "--model", _model];
        var exitCode = CommandHost.RunAsync(HubertSharp.Cli.Program.CreateRoot(), arguments, error)
            .GetAwaiter().GetResult();
        return (exitCode, error.ToString());
    }
}

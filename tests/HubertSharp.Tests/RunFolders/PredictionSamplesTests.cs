using HubertSharp.Runs;
using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Tests.RunFolders;

public class PredictionSamplesTests
{
    private static readonly PredictionSample Utterance = new(2, "zh/a.wav", 320, 1600, [5, 5, 7, -1], [1, 2], [5, 9], [0.5f, 0.25f],
        [0.5f, 0.125f]);
    private static readonly PredictionSamples Samples = new(400, "valid", "km", 50, 16000, 320, [Utterance]);

    [Fact]
    public void What_is_written_is_read()
    {
        using var folder = new TemporaryFolder();
        Samples.Write(folder.At("samples", "valid.json"));
        var read = PredictionSamples.Read(folder.At("samples", "valid.json"));
        Assert.Equal((400, "valid", "km", 50, 16000, 320),
            (read.Update, read.Split, read.Label, read.LabelRate, read.SampleRate, read.FrameSamples));
        Assert.Equivalent(Utterance, Assert.Single(read.Utterances), strict: true);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("\"utterances\":null")]
    [InlineData("\"utterances\":[null]")]
    [InlineData("\"masked\":[1]")]
    [InlineData("\"masked\":[2,1]")]
    [InlineData("\"masked\":[1,4]")]
    [InlineData("\"masked\":[-1,2]")]
    [InlineData("\"predicted\":null")]
    [InlineData("\"true_probability\":[1e99,0]")]
    [InlineData("\"true_probability\":[\"NaN\",0]")]
    [InlineData("\"index\":-1")]
    [InlineData("\"index\":99999999999")]
    [InlineData("\"path\":null")]
    [InlineData("\"start_sample\":-5")]
    [InlineData("\"length_samples\":0")]
    [InlineData("\"frame_samples\":0")]
    [InlineData("\"sample_rate\":0")]
    [InlineData("\"clusters\":[[[[[[[[[[1]]]]]]]]]]")]
    public void What_is_damaged_is_refused_in_one_line(string damage)
    {
        using var folder = new TemporaryFolder();
        var path = folder.At("valid.json");
        Samples.Write(path);
        var key = damage.Split(':')[0];
        var text = File.ReadAllText(path);
        // a key given twice: the later one counts
        File.WriteAllText(path, !damage.Contains(':') ? damage
            : key is "\"utterances\"" or "\"frame_samples\"" or "\"sample_rate\"" ? text.TrimEnd()[..^1] + $",{damage}}}"
            : text.Replace("}]}", $",{damage}}}]}}"));
        var message = Assert.Throws<UserException>(() => PredictionSamples.Read(path)).Message;
        Assert.Contains("not the predictions that a run writes", message);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void A_file_that_ends_early_is_refused_at_every_length()
    {
        using var folder = new TemporaryFolder();
        var path = folder.At("valid.json");
        Samples.Write(path);
        var bytes = File.ReadAllBytes(path);
        for (var length = 0; length < bytes.Length - 1; length++)
        {
            File.WriteAllBytes(path, bytes[..length]);
            Assert.Throws<UserException>(() => PredictionSamples.Read(path));
        }
    }
}

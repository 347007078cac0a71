using HubertSharp.Runs;
using HubertSharp.Runs.Configuration;

namespace HubertSharp.Tests.Configuration;

/// <summary>A configuration of another training is named as one, in place of a fault for every key of it.</summary>
public class OtherTrainingsTests
{
    [Theory]
    [InlineData("criterion:\n  _name: ctc\n  zero_infinity: true\nmodel:\n  _name: hubert_ctc\n  w2v_path: ???\n",
        "FILE:2: this is a configuration of fine-tuning (expected criterion._name: hubert, found ctc); "
        + "its command is 'hubert finetune'")]
    [InlineData("model:\n  w2v_path: x.pt\n  _name: wav2vec_ctc\n", "FILE:3: this is a configuration of wav2vec 2.0's fine-tuning")]
    [InlineData("task:\n  _name: audio_finetuning\n  autoregressive: true\n", "FILE:2: this is a configuration of fine-tuning")]
    [InlineData("criterion: ctc\n", "FILE:1: this is a configuration of fine-tuning")]
    [InlineData("criterion:\n  _name: label_smoothed_cross_entropy\n",
        "FILE:2: this is a configuration of sequence-to-sequence fine-tuning")]
    [InlineData("task:\n  _name: audio_pretraining\n", "FILE:2: this is a configuration of wav2vec 2.0's pre-training")]
    [InlineData("model:\n  _name: data2vec_audio\n  average_top_k_layers: 8\n",
        "FILE:2: this is a configuration of data2vec's pre-training")]
    public void One_line_says_what_it_is(string yaml, string expected)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("c.yaml", yaml);
        var message = Assert.Throws<UserException>(() => ConfigLoader.Load(path, ["task.data=data"])).Message;
        Assert.StartsWith(expected, message.Replace(path, "FILE", StringComparison.Ordinal));
        Assert.DoesNotContain("unknown key", message);
    }

    [Fact]
    public void A_pre_training_is_none_of_fine_tunings() => Assert.StartsWith(
        "bundled hubert_small_cpu.yaml:", Assert.Throws<UserException>(
            () => ConfigLoader.Load<FinetuningConfig>("hubert_small_cpu", [])).Message, StringComparison.Ordinal);

    [Fact]
    public void An_unknown_name_stays_a_fault_of_its_key() =>
        Assert.Contains("model._name expected hubert", Assert.Throws<UserException>(
            () => ConfigLoader.Load("hubert_small_cpu", ["model._name=huber"], allowMissing: true)).Message);
}

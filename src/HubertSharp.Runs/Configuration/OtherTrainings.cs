using HubertSharp.Runs.Configuration.Tokenizers;
using HubertSharp.Runs.Yaml;

namespace HubertSharp.Runs.Configuration;

/// <summary>
/// Recognises a configuration of fairseq's that is for another training by what it names. Its keys are then no faults of their own:
/// one line says what it is.
/// </summary>
internal static class OtherTrainings
{
    private const string OnlyHubert = "only HuBERT's is there: see 'hubert config list'";

    private static readonly (string Training, string[] Names, string Next)[] Known =
    [
        ("fine-tuning", ["ctc", "hubert_ctc", "audio_finetuning"], "its command is 'hubert finetune'"),
        ("sequence-to-sequence fine-tuning", ["hubert_seq2seq", "wav2vec_seq2seq", "label_smoothed_cross_entropy"],
            "only CTC is there: see 'hubert config list'"),
        ("wav2vec 2.0's fine-tuning", ["wav2vec_ctc"], OnlyHubert),
        ("HuBERT's pre-training", ["hubert"], "its command is 'hubert pretrain'"),
        ("a tokenizer's training", [TokenizerTaskConfig.TokenizerName], "its command is 'hubert tokenizer train'"),
        ("wav2vec 2.0's pre-training", ["wav2vec", "wav2vec2", "audio_pretraining"], OnlyHubert),
        ("data2vec's pre-training", ["data2vec_audio", "data2vec_multi"], OnlyHubert),
    ];

    /// <summary>Whether it names CTC.</summary>
    public static bool IsFinetuning(ConfigSources sources) => Named(sources, "criterion._name") == "ctc"
        || (Named(sources, "criterion._name") is null && Named(sources, "model._name") == "hubert_ctc");

    /// <summary>Whether it names a tokenizer.</summary>
    public static bool IsTokenizer(ConfigSources sources) => Named(sources, "model._name") == TokenizerTaskConfig.TokenizerName
        || (Named(sources, "model._name") is null && Named(sources, "criterion._name") == TokenizerTaskConfig.TokenizerName);

    /// <summary>What to say of the configuration of a probe's run, which is none of a training that is looked at by its curves.</summary>
    public static UserException? Probe(ConfigSources sources) => Named(sources, "model._name") != "superb_probe"
        ? null
        : ConfigFaults.OtherTraining(sources.Settings["model._name"].Where, "a probe", "model._name", "hubert or hubert_ctc",
            "superb_probe",
            "its figures lie in probing.json in the folder above");

    private static string? Named(ConfigSources sources, string key) =>
        sources.Settings.GetValueOrDefault(key)?.Node is YamlScalar { Text: var name } ? name : null;

    /// <summary>What to say of a configuration that names another training than the schema's; null where it does not.</summary>
    public static UserException? Fault(ConfigSources sources)
    {
        foreach (var key in (string[])["criterion._name", "model._name", "task._name"])
        {
            if (sources.Settings.GetValueOrDefault(key) is not { Node: YamlScalar { Text: var name }, Where: var where }
                || sources.Schema.ByName.GetValueOrDefault(key)?.Choices is not { } choices || choices.Contains(name))
                continue;
            if (Known.FirstOrDefault(n => n.Names.Contains(name)) is { Training: { } training, Next: var next })
                return ConfigFaults.OtherTraining(where, training, key, string.Join(" or ", choices), name, next);
        }
        return null;
    }
}

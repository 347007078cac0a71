using HubertSharp.Runs.Yaml;

namespace HubertSharp.Runs.Configuration;

/// <summary>
/// Recognises a configuration of fairseq's that is for another training by what it names. Its keys are then no faults of their own:
/// one line says what it is.
/// </summary>
internal static class OtherTrainings
{
    private const string Finetuning = "fine-tuning";

    private static readonly Dictionary<string, string[]> Names = new()
    {
        [Finetuning] =
        [
            "ctc", "hubert_ctc", "hubert_seq2seq", "wav2vec_ctc", "wav2vec_seq2seq", "audio_finetuning", "label_smoothed_cross_entropy",
        ],
        ["wav2vec 2.0's pre-training"] = ["wav2vec", "wav2vec2", "audio_pretraining"],
        ["data2vec's pre-training"] = ["data2vec_audio", "data2vec_multi"],
    };

    /// <summary>What to say of a configuration that names another training than the schema's; null where it does not.</summary>
    public static UserException? Fault(ConfigSources sources)
    {
        foreach (var key in (string[])["criterion._name", "model._name", "task._name"])
        {
            if (sources.Settings.GetValueOrDefault(key) is not { Node: YamlScalar { Text: var name }, Where: var where }
                || sources.Schema.ByName.GetValueOrDefault(key)?.Choices is not { } known || known.Contains(name))
                continue;
            if (Names.FirstOrDefault(n => n.Value.Contains(name)).Key is { } training)
                return ConfigFaults.OtherTraining(where, training, key, string.Join(" or ", known), name, training == Finetuning
                    ? "its command will be 'hubert finetune', which is not there yet; 'hubert pretrain' takes configurations of "
                        + "pre-training, see 'hubert config list'"
                    : "only HuBERT's is there: see 'hubert config list'");
        }
        return null;
    }
}

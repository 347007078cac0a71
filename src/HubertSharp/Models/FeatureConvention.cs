namespace HubertSharp.Models;

/// <summary>
/// What "layer N" and a normalised waveform mean; a k-means model only fits features of the convention that it was fitted on.
/// </summary>
public enum FeatureConvention
{
    /// <summary>
    /// The block's output, also for the last one of pre-LN models; waveforms normalised with eps 1e-5. torchaudio's layers are the same.
    /// </summary>
    Fairseq,

    /// <summary>
    /// <c>hidden_states[N]</c>: the last one of pre-LN models comes after the final layer norm; waveforms normalised with eps 1e-7.
    /// </summary>
    Transformers,
}

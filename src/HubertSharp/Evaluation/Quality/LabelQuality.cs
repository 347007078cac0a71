namespace HubertSharp.Evaluation.Quality;

/// <summary>What <see cref="TeacherQuality"/> found. Entropies and mutual information are in nats, as in the reference.</summary>
/// <param name="ReferencePurity">Share of frames whose reference label is the commonest one within their cluster ("phone purity", ref
/// pur).</param>
/// <param name="ClusterPurity">Share of frames whose cluster is the commonest one within their reference label (hyp pur).</param>
/// <param name="ReferenceEntropyNats">H(ref).</param>
/// <param name="HypothesisEntropyNats">H(hyp).</param>
/// <param name="MutualInformationNats">MI.</param>
/// <param name="Pnmi">MI / H(ref), phone-normalised mutual information; null for a reference of one class, which has nothing to
/// tell.</param>
/// <param name="MutualInformationOverHypothesisEntropy">MI / H(hyp); null for a single cluster.</param>
/// <param name="ReferenceSegmentFrames">Mean length of a run of equal reference labels, over all reference utterances, matched or
/// not.</param>
/// <param name="HypothesisSegmentFrames">The same for the clusters.</param>
/// <param name="FramesTotal">Frames compared.</param>
/// <param name="FrameDifference">Sum over utterances of the difference in length, which was cut off.</param>
/// <param name="UtterancesTotal">Reference utterances.</param>
/// <param name="UtterancesMissing">Reference utterances without clusters.</param>
/// <param name="References">The reference labels seen in compared frames, in ordinal order.</param>
/// <param name="Hypotheses">The clusters seen in compared frames, in ordinal order of their text.</param>
/// <param name="ReferencePurityByHypothesis">Per cluster: share of its frames that carry its commonest reference label.</param>
/// <param name="ClusterPurityByReference">Per reference label: share of its frames that lie in its commonest cluster.</param>
public sealed record LabelQuality(
    double ReferencePurity,
    double ClusterPurity,
    double ReferenceEntropyNats,
    double HypothesisEntropyNats,
    double MutualInformationNats,
    double? Pnmi,
    double? MutualInformationOverHypothesisEntropy,
    double ReferenceSegmentFrames,
    double HypothesisSegmentFrames,
    long FramesTotal,
    long FrameDifference,
    int UtterancesTotal,
    int UtterancesMissing,
    IReadOnlyList<string> References,
    IReadOnlyList<string> Hypotheses,
    IReadOnlyList<double> ReferencePurityByHypothesis,
    IReadOnlyList<double> ClusterPurityByReference);

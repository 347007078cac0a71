namespace HubertSharp.Probing;

/// <summary>What s3prl's configuration of a task says, where nobody asks for anything else.</summary>
/// <param name="HasOwnAdam">s3prl's own AdamW instead of torch's Adam: 1e-7 beside the uncorrected sqrt(v), and no decay.</param>
/// <param name="LearningRate">Constant.</param>
/// <param name="BatchSize">Utterances in a batch.</param>
/// <param name="Accumulate">Batches in a step.</param>
/// <param name="ProjectorDim">Width of the linear layer before the head; 0 for none.</param>
internal sealed record ProbeDefaults(bool HasOwnAdam, double LearningRate, int BatchSize, int Accumulate, int ProjectorDim)
{
    /// <summary>Steps; s3prl's 30,000 to 500,000 are for thousands of utterances and a GPU.</summary>
    public const int Steps = 2000;

    /// <summary>Gradient norm that larger ones are scaled down to, in every task.</summary>
    public const double ClipNorm = 1;

    public static ProbeDefaults Of(ProbeTask task) => task switch
    {
        ProbeTask.Phone => new(HasOwnAdam: true, 2e-4, 32, 1, 0),
        ProbeTask.CtcPhone => new(HasOwnAdam: false, 1e-2, 16, 2, 256),
        ProbeTask.Keyword => new(HasOwnAdam: false, 1e-4, 32, 1, 256),
        ProbeTask.Speaker => new(HasOwnAdam: false, 1e-4, 8, 4, 256),
        _ => new(HasOwnAdam: false, 1e-4, 4, 8, 256),
    };
}

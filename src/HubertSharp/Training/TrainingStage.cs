using HubertSharp.Runs;

namespace HubertSharp.Training;

/// <summary>Shows a training as a stage of something larger: its updates as steps of the stage.</summary>
/// <param name="stage">Shows the stage.</param>
/// <param name="unit">What the updates are called there.</param>
internal sealed class TrainingStage(IProgress<StageProgress> stage, string unit) : IProgress<TrainingStatus>
{
    public void Report(TrainingStatus value) => stage.Report(new StageProgress(value.Update, value.MaxUpdate, unit));
}

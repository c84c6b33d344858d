#include "pipeline/sharing/launch_environment.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "schemas/error.h"

namespace ttt {
namespace {

LaunchEnvironment launch(const std::map<std::string, std::string>& variables) {
  return read_launch_environment([&](const char* name) -> const char* {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  });
}

const std::map<std::string, std::string> srun{
    {"SLURM_STEP_ID", "0"}, {"SLURM_PROCID", "2"}, {"SLURM_NTASKS", "8"}, {"SLURM_STEP_NUM_TASKS", "4"}};

std::map<std::string, std::string> with(std::map<std::string, std::string> variables, const std::string& name,
                                        const std::string& value) {
  variables[name] = value;
  return variables;
}

TEST(LaunchEnvironment, NoLauncherIsOneRank) {
  EXPECT_NO_THROW(check_before_start(launch({})));
  EXPECT_NO_THROW(check_size(launch({}), 1));
  EXPECT_EQ(launch({}).rank, 0);
}

TEST(LaunchEnvironment, OfSrunIsTheStepNotTheJob) {
  const auto found = launch(with(srun, "PMIX_RANK", "2"));
  EXPECT_EQ(found.ranks, 4);
  EXPECT_EQ(found.rank, 2);
  EXPECT_NO_THROW(check_before_start(found));
  EXPECT_NO_THROW(check_size(found, 4));
}

TEST(LaunchEnvironment, SrunWithoutPmixIsRefused) { EXPECT_THROW(check_before_start(launch(srun)), Error); }

TEST(LaunchEnvironment, SingletonsAreRefused) {
  EXPECT_THROW(check_size(launch(with(srun, "PMIX_RANK", "2")), 1), Error);
  EXPECT_THROW(check_size(launch({{"OMPI_COMM_WORLD_SIZE", "2"}}), 1), Error);
}

TEST(LaunchEnvironment, MpirunInsideAJobIsBelievedBeforeSrunThatStartedItsDaemons) {
  auto variables = with(srun, "OMPI_COMM_WORLD_SIZE", "6");
  variables["OMPI_COMM_WORLD_RANK"] = "5";
  const auto found = launch(variables);
  EXPECT_EQ(found.rank, 5);
  EXPECT_NO_THROW(check_before_start(found));
  EXPECT_NO_THROW(check_size(found, 6));
}

TEST(LaunchEnvironment, WhatOneProcessDoesIsRefusedToSeveralRanks) {
  for (const std::string stage : {"prepare", "aggregate", "report", "all"}) {
    EXPECT_NO_THROW(check_alone(launch({}), stage));
    EXPECT_NO_THROW(check_alone(launch(with(srun, "SLURM_STEP_NUM_TASKS", "1")), stage));  // a shell in a job
    EXPECT_THROW(check_alone(launch({{"OMPI_COMM_WORLD_SIZE", "2"}}), stage), Error);
    EXPECT_THROW(check_alone(launch(srun), stage), Error);
  }
}

TEST(LaunchEnvironment, OneRankOfMpirunMayPrepareButNotDoAll) {
  EXPECT_NO_THROW(check_alone(launch({{"OMPI_COMM_WORLD_SIZE", "1"}}), "prepare"));
  EXPECT_THROW(check_alone(launch({{"OMPI_COMM_WORLD_SIZE", "1"}}), "all"), Error);
}

TEST(LaunchEnvironment, ABatchScriptWithoutALauncherIsOneRank) {
  const auto found = launch({{"SLURM_PROCID", "0"}, {"SLURM_NTASKS", "8"}, {"SLURM_JOB_ID", "1"}});
  EXPECT_NO_THROW(check_before_start(found));
  EXPECT_NO_THROW(check_size(found, 1));
}

}  // namespace
}  // namespace ttt
